import { stringify } from 'yaml';
import type { MeasuredRow, PresetCommon } from '../config/preset.js';
import { ACTIVATION_BITS } from '../targets/capabilities.js';
import { referenceCloud, referenceEdge } from '../targets/index.js';
import type { MachineFacts } from './machine.js';

/**
 * The side of the preset. Edge presets state bit-widths, cloud presets a precision.
 */
export type Side = 'edge' | 'cloud';

export interface PresetFacts {
  name: string;
  version: number;
  side: Side;
  facts: MachineFacts;
  /** Seconds. */
  perInference: number;
  /** See {@link codingFactor}. */
  coding: number;
  rows: readonly MeasuredRow[];
  /** The method, for the sources of the numbers: `autosplit 0.1.0, 3 rounds, ...`. */
  method: string;
}

/** Bytes of the last-level cache, if the system does not state them. */
const USUAL_CACHE = 2 ** 20;

/** The YAML text of a preset of kind `measured`. */
export function presetText({ name, version, side, facts, perInference, coding, rows, method }: PresetFacts): string {
  const { machine, memory, bandwidth, cache } = facts;
  const { cpu, cores, system, runtime, threads } = machine;
  const confidence: PresetCommon['confidence'] = cache === undefined ? 'derived' : 'measured';
  const threadsUsed = threads === 1 ? 'one thread' : `${threads} threads`;
  const head = {
    name,
    title: cpu,
    version,
    confidence,
    description: `${cpu}, ${cores} cores, ${system}; ${runtime}, ${threadsUsed}. Valid for this machine, these versions and this number of threads.`,
    kind: 'measured',
    memory: { value: `${memory} B`, source: 'the operating system' },
    onChipMemory: {
      value: `${cache ?? USUAL_CACHE} B`,
      source:
        cache === undefined
          ? 'estimate: not stated by the operating system'
          : 'the operating system: size of the last-level cache',
    },
    bandwidth: {
      value: `${significant(bandwidth / 1e9)} GB/s`,
      source: `measured: one thread copying, bytes read and written; ${method}`,
    },
    perInference: { value: duration(perInference), source: `measured: a model with one addition; ${method}` },
    ...(side === 'edge'
      ? { bits: EDGE_BITS, targets: [referenceEdge('native').name] }
      : { precision: 'fp32', targets: [referenceCloud().name] }),
    threads: { value: threads, source: 'used in the measurement' },
    ...(side === 'edge' && {
      coding: {
        value: significant(coding),
        source: `measured: deflate and arithmetic coding of synthetic codes, relative to the rates of autosplit; ${method}`,
      },
    }),
    machine,
  };
  const source = `measured: onnxruntime's profiler in whole models, interquartile means, scaled to the time without the profiler; ${method}`;
  const lines = rows.map(
    (row) =>
      `    - ${stringify(rowOf(row), { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim()}\n`,
  );
  return `${stringify(head, { lineWidth: 0 })}table:\n  source: ${JSON.stringify(source)}\n  value:\n${lines.join('')}`;
}

/** Bit-widths of edge sides on onnxruntime. */
const EDGE_BITS = {
  weights: {
    value: [...referenceEdge('native').weightBits],
    source: 'bundles: weights below 8 bits are unpacked to int8 when they load',
  },
  activations: { value: [...ACTIVATION_BITS], source: 'onnxruntime: integer kernels take 8 bits' },
};

function rowOf({ seconds, p10, p90, ...row }: MeasuredRow) {
  return { ...row, time: duration(seconds), p10: duration(p10), p90: duration(p90) };
}

/** Microseconds, rounded to four digits, and to nanoseconds. */
const duration = (seconds: number) =>
  `${Number((seconds * 1e6).toPrecision(4))
    .toFixed(3)
    .replace(/\.?0+$/, '')} us`;
const significant = (value: number) => Number(value.toPrecision(4));
