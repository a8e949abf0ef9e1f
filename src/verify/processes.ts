import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { ExecaError, execa } from 'execa';
import type { SplitSpec } from '../runtime/spec.js';
import type { EdgeRun } from '../targets/target.js';
import { AutosplitError } from '../util/error.js';
import { withTemporaryFolder } from '../util/exit.js';
import { compiledModule } from '../util/package.js';
import { readAnswers, sampleLines } from './answers.js';
import type { DriverJob, DriverResult, Sample } from './job.js';

export interface SidesOptions {
  /** Absolute folder that holds `edge/` and `cloud/`. */
  bundle: string;
  /** Absolute folders of sides that are run from elsewhere. */
  folders?: { edge?: string; cloud?: string };
  /** How the sides are run. @default like those of autosplit for Node.js */
  edge?: EdgeRun;
  serve?: readonly string[];
  spec: SplitSpec;
  samples: Sample[];
  /** Limit for everything together. */
  timeoutSeconds: number;
  /** Ends both processes early. */
  signal?: AbortSignal;
}

/**
 * Runs samples through a generated bundle as users would: the cloud side as one process that listens on a free port of
 * this machine, the edge side as another. Errors: AutosplitError VERIFICATION_FAILED with what the failing process
 * said.
 */
export function runSides(options: SidesOptions): Promise<DriverResult> {
  return withTemporaryFolder('autosplit-verify', (folder) => runIn(folder, options));
}

async function runIn(folder: string, options: SidesOptions): Promise<DriverResult> {
  const { bundle, spec, samples, timeoutSeconds, signal } = options;
  const { edge = { module: 'edge.mjs' }, serve = ['node', 'server.mjs', '--port', '0'], folders = {} } = options;
  const { edge: edgeFolder = join(bundle, 'edge'), cloud: cloudFolder = join(bundle, 'cloud') } = folders;
  const stop = new AbortController();
  const limits: ProcessLimits = {
    cancelSignal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    timeout: timeoutSeconds * 1000,
    forceKillAfterDelay: 2000,
  };
  const processes: Promise<unknown>[] = [];
  try {
    const made =
      'module' in edge
        ? { module: join(edgeFolder, edge.module) }
        : { answers: readAnswers(spec, await answersOf(edge.command, edgeFolder, samples, limits), samples.length) };
    const job: DriverJob = { edge: made, cloud: undefined, spec, samples, timeoutSeconds };
    if (spec.decision !== 'edge-only') {
      const server = startServer(serve, cloudFolder, limits);
      processes.push(server.ended);
      job.cloud = await Promise.race([server.address, server.ended]);
    }
    await writeFile(join(folder, 'job'), serialize(job));
    processes.push(
      start(
        ['node', compiledModule('verify-edge-driver.mjs'), join(folder, 'job'), join(folder, 'result')],
        folder,
        limits,
      ),
    );
    // Where the cloud side ends first, its error is the cause of the error of the edge side.
    await Promise.race(processes);
    return deserialize(await readFile(join(folder, 'result'))) as DriverResult;
  } catch (error) {
    signal?.throwIfAborted();
    throw failure(error, timeoutSeconds, cloudFolder);
  } finally {
    stop.abort();
    await Promise.allSettled(processes);
  }
}

type ProcessLimits = { cancelSignal: AbortSignal; timeout: number; forceKillAfterDelay: number };
type StartOptions = ProcessLimits & { input?: string };

/** Standard output of an edge side that is a program, given the samples. */
async function answersOf(
  command: readonly string[],
  folder: string,
  samples: readonly Sample[],
  limits: ProcessLimits,
): Promise<string> {
  const { stdout } = await start(command, folder, { ...limits, input: sampleLines(samples) });
  return stdout;
}

/** Starts a cloud side. `address` resolves once it listens; `ended` rejects as soon as the process ends. */
function startServer(
  serve: readonly string[],
  folder: string,
  limits: ProcessLimits,
): { address: Promise<string>; ended: Promise<never> } {
  const server = start(serve, folder, limits);
  const address = new Promise<string>((resolve) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = /^listening on (http:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const ended = server.then(() => {
    throw new AutosplitError('VERIFICATION_FAILED', 'the generated cloud side ended before the samples were through');
  });
  return { address, ended };
}

/**
 * Starts a program in the folder of a side. The packages of a bundle are installed where it is deployed; here, Node.js
 * takes missing ones from autosplit.
 */
function start([program, ...args]: readonly string[], folder: string, options: StartOptions) {
  const isNode = program === 'node';
  const resolver = isNode ? ['--import', pathToFileURL(compiledModule('verify-resolve.mjs')).href] : [];
  return execa(isNode ? process.execPath : program, [...resolver, ...args], {
    ...options,
    cwd: folder,
    // The cloud side listens on loopback for this run alone: a token of the environment would shut the edge side out.
    env: { AUTOSPLIT_TOKEN: undefined, AUTOSPLIT_ORIGINS: undefined },
  });
}

function failure(error: unknown, timeoutSeconds: number, cloudFolder: string): unknown {
  if (!(error instanceof ExecaError)) return error;
  const side = error.cwd === cloudFolder ? 'cloud' : 'edge';
  if (error.timedOut) {
    return new AutosplitError(
      'VERIFICATION_FAILED',
      `the generated ${side} side did not finish within ${timeoutSeconds} s`,
      {
        cause: error,
      },
    );
  }
  const said = String(error.stderr).trim().split('\n').slice(-12).join('\n');
  const message = `the generated ${side} side failed: ${said || error.shortMessage}`;
  return new AutosplitError('VERIFICATION_FAILED', message, { cause: error });
}
