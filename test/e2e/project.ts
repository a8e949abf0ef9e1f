import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { afterAll, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { PATIENCE } from '../patience.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = path.join(root, 'dist/cli.js');
const example = path.join(root, 'examples/license-plates');
const CONFIG = 'autosplit.config.yaml';

/** Changes to a config: objects are merged, `undefined` removes a key. */
export type Patch = { [key: string]: Patch | string | number | readonly (string | number)[] | undefined };

/**
 * Few samples: what is tested here is what becomes of them, not how well they represent the world. The link is the
 * preset's own.
 */
const SMALL: Patch = {
  network: { uplink: undefined },
  calibration: { images: 'data/calib/000[1-6].jpg' },
  validation: { samples: 12 },
};
/** Fastest of all: nothing is labelled, fidelity decides. */
export const UNLABELLED: Patch = { validation: undefined, constraints: undefined };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone once all tests of the file have run. */
export function scratch(name = 'autosplit-e2e-'): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), name)));
  folders.push(folder);
  return folder;
}

/**
 * A copy of the example without its bundle, with few samples, in `folder`; packages are found as in a project that
 * depends on autosplit.
 */
export function project(patch: Patch = {}, folder = path.join(scratch(), 'plates')): string {
  mkdirSync(folder, { recursive: true });
  for (const name of [CONFIG, 'model.onnx', 'metric.mjs', 'data'])
    cpSync(path.join(example, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  configure(folder, SMALL);
  configure(folder, patch);
  return folder;
}

/** A copy of a project as it stands, with whatever was built in it. */
export function copyOf(original: string): string {
  const folder = path.join(scratch(), 'copy');
  cpSync(original, folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** Changes the config of a project. */
export function configure(folder: string, patch: Patch): void {
  const file = path.join(folder, CONFIG);
  writeFileSync(file, stringify(merged(parse(readFileSync(file, 'utf8')), patch)));
}

function merged(base: Record<string, unknown>, patch: Patch): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) delete result[key];
    else if (isMap(value)) result[key] = merged(isMap(result[key]) ? result[key] : {}, value as Patch);
    else result[key] = value;
  }
  return result;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** Is handed the running process. */
  onStart?: (child: ResultPromise) => void;
}

/** Commands at once: concurrent tests wait for each other here. */
const slots = Math.max(2, availableParallelism());
const waiting: (() => void)[] = [];
let running = 0;

async function slot(): Promise<() => void> {
  if (running >= slots) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  return () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };
}

/**
 * Runs the compiled command line in a project. Whatever becomes of it, nothing temporary may be left, there or in the
 * temporary folder.
 */
export async function autosplit(
  cwd: string,
  args: readonly string[],
  { env = {}, onStart }: RunOptions = {},
): Promise<Outcome> {
  const release = await slot();
  const temporary = scratch('autosplit-tmp-');
  const child = execa(process.execPath, [cli, ...args], {
    cwd,
    reject: false,
    stdin: 'ignore',
    timeout: PATIENCE,
    // A terminal is imitated by nobody, the surroundings of the test do not matter, and what one test computed is
    // nothing to another.
    env: {
      CI: undefined,
      FORCE_COLOR: undefined,
      NO_COLOR: undefined,
      NODE_OPTIONS: undefined,
      TMPDIR: temporary,
      AUTOSPLIT_CACHE: 'off',
      ...env,
    },
  });
  onStart?.(child);
  const { stdout, stderr, exitCode } = await child;
  release();
  expect(readdirSync(temporary), 'left in the temporary folder').toEqual([]);
  const siblings = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.name.startsWith('.autosplit-'),
  );
  expect(siblings, 'left beside the output').toEqual([]);
  return { stdout, stderr, exitCode };
}

/** The one JSON document that a command printed, and its exit code. */
export async function json<T>(
  cwd: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<{ document: T; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await autosplit(cwd, [...args, '--json'], options);
  try {
    return { document: JSON.parse(stdout) as T, exitCode };
  } catch {
    throw new Error(`not one JSON document: ${stdout}\n${stderr}`);
  }
}

/** An error as `--json` prints it. */
export interface ErrorDocument {
  version: 1;
  error: { code: string; message: string; hint?: string; problems: { code: string; message: string }[] };
}

/** Builds a project, which must succeed. */
export async function built(folder: string, ...args: string[]): Promise<string> {
  const { exitCode, stderr } = await autosplit(folder, ['build', ...args]);
  if (exitCode !== 0) throw new Error(`the build failed: ${stderr}`);
  return folder;
}

/** Every file of a folder by its relative path. */
export function filesOf(folder: string): Record<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((file) => [path.relative(folder, file).split(path.sep).join('/'), readFileSync(file)]),
  );
}

/** SHA-256 of every file of a folder by its relative path: quick to compare, unlike bytes. */
export const digestsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(filesOf(folder)).map(([name, content]) => [
      name,
      createHash('sha256').update(content).digest('hex'),
    ]),
  );

/** Flips the lowest bit of one byte; the last one unless told. */
export function flipByte(file: string, at = -1): void {
  const content = readFileSync(file);
  content[at < 0 ? content.length + at : at] ^= 1;
  writeFileSync(file, content);
}
