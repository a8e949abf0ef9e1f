import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Machine } from '../config/preset.js';
import { parseQuantity } from '../util/units.js';
import { median } from './spread.js';

/** The machine for a preset. Sizes in bytes, bandwidth in bytes per second. */
export interface MachineFacts {
  machine: Machine;
  memory: number;
  bandwidth: number;
  /** The last-level cache; undefined if the system does not state it. */
  cache: number | undefined;
}

/** Describes this machine and measures its memory bandwidth. */
export function machineFacts(threads: number): MachineFacts {
  const require = createRequire(import.meta.url);
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  const constrained = process.constrainedMemory();
  return {
    machine: {
      cpu: os.cpus()[0]?.model.trim().replaceAll(/\s+/g, ' ') || os.arch(),
      cores: os.availableParallelism(),
      system: `${os.type()} ${os.arch()}`,
      runtime: `onnxruntime ${version}, Node.js ${process.versions.node}`,
      threads,
    },
    memory: constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem(),
    bandwidth: copyBandwidth(),
    cache: lastCache(),
  };
}

const COPIED_BYTES = 64 * 2 ** 20;
const COPIES = 7;

/** Bytes read and written per second by one thread that copies more than the caches hold. */
function copyBandwidth(): number {
  const from = new Uint8Array(COPIED_BYTES).fill(1);
  const to = new Uint8Array(COPIED_BYTES);
  to.set(from);
  const seconds = Array.from({ length: COPIES }, () => {
    const started = performance.now();
    to.set(from);
    return (performance.now() - started) / 1000;
  });
  return (2 * COPIED_BYTES) / median(seconds);
}

function lastCache(): number | undefined {
  try {
    if (process.platform === 'darwin') return appleCache();
    const folder = '/sys/devices/system/cpu/cpu0/cache';
    const sizes = readdirSync(folder)
      .filter((name) => name.startsWith('index'))
      .map((name) => readFileSync(path.join(folder, name, 'size'), 'utf8').trim());
    return largest(sizes.map((size) => bytesOf(size)));
  } catch {
    return undefined;
  }
}

function appleCache(): number | undefined {
  return largest(
    ['hw.l3cachesize', 'hw.l2cachesize'].map((name) =>
      Number(execFileSync('sysctl', ['-n', name], { encoding: 'utf8' })),
    ),
  );
}

/** Parses a cache size of Linux: `32768K`. */
function bytesOf(size: string): number {
  const parsed = parseQuantity(`${size}iB`, 'bytes');
  return 'problem' in parsed ? 0 : parsed.value;
}

function largest(sizes: readonly number[]): number | undefined {
  const most = Math.max(0, ...sizes);
  return most > 0 ? most : undefined;
}
