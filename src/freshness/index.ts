/**
 * Tells whether a committed bundle matches its inputs: digests of inputs, differences, and the files that a watcher
 * watches.
 */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { InputDigests } from '../bundle/manifest.js';
import { MANIFEST, manifestChecksum, type SplitManifest } from '../bundle/manifest.js';
import { EFFORT_LEVELS, type Effort } from '../config/effort-level.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { AutosplitError } from '../util/error.js';
import { canonicalJson, isExpendable, recoverFolder, sha256File } from '../util/files.js';
import { ownPackage } from '../util/package.js';
import { inputDigests } from './inputs.js';

/** Lists why the committed bundle of a build is stale; empty if it is fresh. Reads files and runs no model. */
export async function checkBundle(config: ResolvedConfig): Promise<string[]> {
  await recoverFolder(config.output);
  const manifest = await readManifest(config.output);
  // The manifest records which files hold external data, so the model need not be parsed. A new import of the metric
  // changes a recorded file.
  const recorded = (digests: Record<string, string> = {}) =>
    Object.keys(digests).map((file) => path.join(config.root, file));
  const { model, metricImports } = manifest.inputs;
  const inputs = await inputDigests(
    config,
    [...new Set([config.model.path, ...recorded(model)])],
    recorded(metricImports),
  );
  const generator = `autosplit ${ownPackage().version}`;
  return [
    ...(manifest.generator === generator ? [] : [`generator: ${manifest.generator} -> ${generator}`]),
    ...inputChanges(manifest.inputs, inputs),
    ...((await isAsWritten(manifest, config.output)) ? [] : [`bundle: ${MANIFEST} has changed`]),
    ...(await fileChanges(manifest, config.output)),
  ];
}

/** The effort recorded in a bundle: `check` and rebuilds use it if the config states none. */
export async function recordedEffort(output: string): Promise<Effort | undefined> {
  const { effort } = (await readManifest(output).catch(() => undefined))?.inputs.config ?? {};
  return EFFORT_LEVELS.find((level) => level === effort);
}

/** Reads the manifest of a bundle. Throws BUNDLE_MISSING. */
export async function readManifest(output: string): Promise<SplitManifest> {
  const file = path.join(output, MANIFEST);
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refused(`there is no bundle at ${output}`, cause);
  });
  return parseManifest(content, file);
}

const refused = (message: string, cause: unknown) =>
  new AutosplitError('BUNDLE_MISSING', message, { cause, hint: 'run `npx autosplit build`' });

/** Parses a manifest; `file` is for error messages. Throws BUNDLE_MISSING. */
export function parseManifest(content: string, file: string): SplitManifest {
  try {
    const manifest: SplitManifest = JSON.parse(content);
    if (manifest.version !== 1 || !manifest.inputs || !manifest.files) throw new Error('not a manifest of version 1');
    return manifest;
  } catch (cause) {
    throw refused(`${file} cannot be read`, cause);
  }
}

/** Whether the manifest itself is unchanged: its checksum is right, and it is formatted as autosplit formats it. */
async function isAsWritten(manifest: SplitManifest, output: string): Promise<boolean> {
  return (
    manifestChecksum(manifest) === manifest.checksum &&
    canonicalJson(manifest) === (await readFile(path.join(output, MANIFEST), 'utf8'))
  );
}

/** Lists the differences between the inputs of two bundles. */
export function inputChanges(before: InputDigests, now: InputDigests): string[] {
  return [
    ...valueChanges('config', before.config, now.config),
    ...presetChanges(before.presetVersions ?? {}, now.presetVersions),
    ...valueChanges('presets', before.presets, now.presets),
    ...digestChanges('model', before.model, now.model),
    ...digestChanges('calibration', before.calibration, now.calibration),
    ...digestChanges('validation', before.validation ?? {}, now.validation ?? {}),
    ...digestChanges('metric', before.metricImports ?? {}, now.metricImports ?? {}),
    ...digestChanges('measurements', before.measurements ?? {}, now.measurements ?? {}),
    ...targetChanges(before.targets ?? {}, now.targets ?? {}),
  ];
}

/** Lists changed presets: another preset, another version, or changed numbers without a new version. */
function presetChanges(before: InputDigests['presetVersions'], now: InputDigests['presetVersions']): string[] {
  return (['edge', 'network', 'cloud'] as const).flatMap((kind) => {
    const [was, is] = [before[kind], now[kind]];
    if (was?.name !== is?.name) return [`${kind}: preset ${was?.name ?? 'none'} -> ${is?.name ?? 'none'}`];
    if (!was || !is) return [];
    if (was.version !== is.version) return [`preset ${is.name}: version ${was.version} -> ${is.version}`];
    return was.sha256 === is.sha256 ? [] : [`preset ${is.name}: numbers have changed without a new version`];
  });
}

/** Lists changed third-party targets. A change of their name is also a change of the config. */
function targetChanges(
  before: NonNullable<InputDigests['targets']>,
  now: NonNullable<InputDigests['targets']>,
): string[] {
  return (['edge', 'cloud'] as const).flatMap((side) => {
    const [was, is] = [before[side], now[side]];
    if (was?.name !== is?.name)
      return [`${side} target: ${was?.name ?? 'of autosplit'} -> ${is?.name ?? 'of autosplit'}`];
    if (!was || !is || was.sha256 === is.sha256) return [];
    if (was.version === is.version) return [`${side} target ${is.name}: its files have changed`];
    return [`${side} target ${is.name}: version ${was.version ?? 'unknown'} -> ${is.version ?? 'unknown'}`];
  });
}

/** Lists the differences of two JSON values by path. */
function valueChanges(at: string, before: unknown, now: unknown): string[] {
  if (isRecord(before) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
    return keys.flatMap((key) => valueChanges(`${at}.${key}`, before[key], now[key]));
  }
  const [was, is] = [JSON.stringify(before), JSON.stringify(now)];
  return was === is ? [] : [`${at}: ${was ?? 'absent'} -> ${is ?? 'absent'}`];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function digestChanges(what: string, before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .sort()
    .flatMap((file) =>
      before[file] === now[file]
        ? []
        : [`${what}: ${file} ${!before[file] ? 'is new' : !now[file] ? 'is gone' : 'has changed'}`],
    );
}

async function fileChanges({ files }: SplitManifest, output: string): Promise<string[]> {
  const found = await bundleFiles(output);
  const sums = Object.fromEntries(
    await Promise.all(found.map(async (file) => [file, await sha256File(path.join(output, file))] as const)),
  );
  return digestChanges('bundle', files, sums);
}

/** Lists the files of a bundle, without the manifest and what `npm install` leaves in a side. */
export async function bundleFiles(output: string): Promise<string[]> {
  return (await readdir(output, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(output, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => file !== MANIFEST && !isExpendable(file));
}
