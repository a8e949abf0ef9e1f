import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { ExecaError, execa } from 'execa';
import type { SplitSpec } from '../runtime/spec.js';
import { AutosplitError } from '../util/error.js';
import { withTemporaryFolder } from '../util/exit.js';
import { compiledModule } from '../util/package.js';
import type { DriverJob, DriverResult, Sample } from './job.js';

export interface HalvesOptions {
  /** Absolute folder that holds `edge/` and `cloud/`. */
  bundle: string;
  spec: SplitSpec;
  samples: Sample[];
  /** For everything together. */
  timeoutSeconds: number;
  /** Ends both processes early. */
  signal?: AbortSignal;
}

/**
 * Runs samples through a generated bundle as users would: the cloud half as one process that listens on a free port of this
 * machine, the edge half as another. Errors: AutosplitError VERIFICATION_FAILED with what the failing process said.
 */
export function runHalves(options: HalvesOptions): Promise<DriverResult> {
  return withTemporaryFolder('autosplit-verify', (folder) => runIn(folder, options));
}

async function runIn(folder: string, { bundle, spec, samples, timeoutSeconds, signal }: HalvesOptions): Promise<DriverResult> {
  const stop = new AbortController();
  const limits: ProcessLimits = {
    cancelSignal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    timeout: timeoutSeconds * 1000,
    forceKillAfterDelay: 2000,
  };
  const processes: Promise<unknown>[] = [];
  try {
    const job: DriverJob = { edgeModule: join(bundle, 'edge/edge.mjs'), cloud: undefined, spec, samples, timeoutSeconds };
    if (spec.decision !== 'edge-only') {
      const server = startServer(join(bundle, 'cloud/server.mjs'), limits);
      processes.push(server.ended);
      job.cloud = await Promise.race([server.address, server.ended]);
    }
    await writeFile(join(folder, 'job'), serialize(job));
    processes.push(runNode([compiledModule('verify-edge-driver.mjs'), join(folder, 'job'), join(folder, 'result')], limits));
    // A cloud half that ends while the edge half runs is the reason for what the edge half then says.
    await Promise.race(processes);
    return deserialize(await readFile(join(folder, 'result'))) as DriverResult;
  } catch (error) {
    signal?.throwIfAborted();
    throw failure(error, timeoutSeconds);
  } finally {
    stop.abort();
    await Promise.allSettled(processes);
  }
}

type ProcessLimits = { cancelSignal: AbortSignal; timeout: number; forceKillAfterDelay: number };

/** Starts a cloud half; `address` is what it prints once it listens, `ended` rejects as soon as the process ends. */
function startServer(script: string, limits: ProcessLimits): { address: Promise<string>; ended: Promise<never> } {
  const server = runNode([script, '--port', '0'], limits);
  const address = new Promise<string>((resolve) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = /^listening on (http:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const ended = server.then(() => {
    throw new AutosplitError('VERIFICATION_FAILED', 'the generated cloud half ended before the samples were through');
  });
  return { address, ended };
}

/** Bundles import packages that are installed where they are deployed: here, autosplit's own stand in for missing ones. */
function runNode(args: string[], limits: ProcessLimits) {
  const resolver = ['--import', pathToFileURL(compiledModule('verify-resolve.mjs')).href];
  // Without the token of the surroundings: the cloud half listens on loopback, for the edge half of this run alone.
  return execa(process.execPath, [...resolver, ...args], { ...limits, env: { AUTOSPLIT_TOKEN: undefined, AUTOSPLIT_ORIGINS: undefined } });
}

function failure(error: unknown, timeoutSeconds: number): unknown {
  if (!(error instanceof ExecaError)) return error;
  const isEdge = error.command.includes('verify-edge-driver.mjs');
  const side = isEdge ? 'edge' : 'cloud';
  if (error.timedOut) {
    return new AutosplitError('VERIFICATION_FAILED', `the generated ${side} half did not finish within ${timeoutSeconds} s`, {
      cause: error,
    });
  }
  const said = String(error.stderr).trim().split('\n').slice(-12).join('\n');
  const message = `the generated ${side} half failed: ${said || error.shortMessage}`;
  return new AutosplitError('VERIFICATION_FAILED', message, { cause: error });
}
