import path from 'node:path';
import { checkBundle, readManifest } from '../api/bundle.js';
import { loadRecorded } from '../api/check.js';
import type { WorkOptions } from '../api/options.js';
import { union, type Watched, watchedAfter, watchedBy } from '../api/watch.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { suggestionAmong } from '../util/suggest.js';
import { edgeSideOf, type Side } from './edge-side.js';
import type { PluginOptions } from './options.js';
import { writeTypes } from './types.js';

/** What the plugin needs from its bundler. */
export interface Host {
  /** Folder where the search for the config starts. */
  root: string;
  isDevelopment: boolean;
  log: (text: string) => void;
}

/** Gives bundlers the edge sides of a config, each checked and up to date. */
export interface Project {
  /**
   * The edge side of a build. It is checked, and built if allowed, once until {@link forget}. Throws AutosplitError.
   */
  half(name: string): Promise<Side>;
  /** The side with this runtime file, among those that were requested. */
  sideAt(file: string): Side | undefined;
  /** Discards all results: inputs may have changed. */
  forget(): void;
  /** Prepares all requested sides again; rejects if one fails. */
  refresh(): Promise<Side[]>;
  watched(): Watched;
}

/** `host` is called late: bundlers know their settings only after the plugin is created. */
export function openProject(options: PluginOptions, host: () => Host): Project {
  const sides = new Map<string, Promise<Side>>();
  const files = new Map<string, Side>();
  /** Names of builds requested before {@link Project.forget}. */
  const asked = new Set<string>();
  let configs: Promise<ResolvedConfig[]> | undefined;
  let watched: Watched = { files: new Set(), folders: new Set() };
  // One build at a time: builds use all processors and may share a folder.
  let queue: Promise<unknown> = Promise.resolve();

  const place = () => ({
    cwd: path.resolve(options.cwd ?? host().root),
    ...(options.config !== undefined && { config: options.config }),
  });

  async function load(): Promise<ResolvedConfig[]> {
    try {
      const loaded = await loadRecorded(place());
      watched = await watchedBy(loaded);
      await writeTypes(loaded, options.types);
      return loaded;
    } catch (error) {
      // Keep watching the files of the last valid config: the error may be in one of them.
      watched = union(watched, await watchedAfter(error, place()));
      throw error;
    }
  }

  async function prepare(name: string): Promise<Side> {
    configs ??= load();
    const config = named(await configs, name);
    const { cache = true, threads } = options;
    const { isDevelopment, log } = host();
    const mayBuild = options.build ?? isDevelopment;
    const changes = await stale(config, mayBuild);
    if (changes.length > 0) {
      if (!mayBuild) throw refused(config, changes);
      log(`${name}: ${changes.join(', ')}; building`);
      // Loaded on demand: a check does not need onnxruntime.
      const { buildConfig } = await import('../api/build.js');
      await buildConfig(config, { cache, ...(threads !== undefined && { threads }), onProgress: logStages(log) });
    }
    const manifest = await readManifest(config.output);
    const side = edgeSideOf(config, manifest);
    files.set(side.file, side);
    return side;
  }

  const project: Project = {
    half(name) {
      const known = sides.get(name);
      if (known) return known;
      const side = queue.then(() => prepare(name));
      queue = side.catch(() => {});
      sides.set(name, side);
      return side;
    },
    sideAt: (file) => files.get(file),
    forget() {
      configs = undefined;
      for (const name of sides.keys()) asked.add(name);
      sides.clear();
    },
    refresh: () => Promise.all([...new Set([...asked, ...sides.keys()])].map((name) => project.half(name))),
    watched: () => watched,
  };
  return project;
}

function named(configs: readonly ResolvedConfig[], name: string): ResolvedConfig {
  const config = configs.find((one) => one.name === name);
  if (config) return config;
  const names = configs.map((one) => one.name);
  throw new AutosplitError('USAGE', `there is no build \`${name}\``, { hint: suggestionAmong(name, names) });
}

/** Lists what is stale. A missing bundle is an error only if it may not be built. */
async function stale(config: ResolvedConfig, mayBuild: boolean): Promise<string[]> {
  try {
    return await checkBundle(config);
  } catch (error) {
    if (mayBuild && error instanceof AutosplitError && error.code === 'BUNDLE_MISSING') return [error.message];
    throw error;
  }
}

function refused(config: ResolvedConfig, changes: readonly string[]): AutosplitError {
  const folder = relativePath(config.root, config.output) || '.';
  return new AutosplitError('BUNDLE_STALE', `the bundle ${folder} is stale: ${changes.join('; ')}`, {
    hint: 'run `npx autosplit build` and commit the result, or set `build: true` in the options of the plugin',
    location: { file: config.file },
  });
}

/** Logs a line for each finished stage. */
const logStages =
  (log: Host['log']): WorkOptions['onProgress'] =>
  (event) => {
    if (event.type === 'done') log(`${event.build}: ${event.stage} [${event.seconds.toFixed(1)} s]`);
  };
