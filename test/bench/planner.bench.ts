import { homedir } from 'node:os';
import path from 'node:path';
import { benchLight } from './planner/light.js';
import { benchScale } from './planner/scale.js';
import { benchTables } from './planner/tables.js';

interface Options {
  smoke?: boolean;
  /** Synthetic DAGs by size. */
  scale?: boolean;
  /** Folder of light models: real structures, profiled. */
  light?: string;
  /** With `light`: only these, as `a,b`. */
  networks?: string;
  /** With `light`: profile again. */
  fresh?: boolean;
  /** With `light`: where inflated models and profiles are kept. */
  cache?: string;
  /** With `light`: writes docs/planner-benchmark.md, of nothing that other sources have profiled. */
  'write-docs'?: boolean;
  /** Folder of cost tables. */
  tables?: string;
}

/** The planner on the paper's tables, or on what an option names instead. */
export async function bench({ smoke = false, scale, light, tables = '../shared/paper-tables', ...options }: Options) {
  if (scale) return benchScale(smoke);
  if (light === undefined) return benchTables(tables, smoke);
  const { networks, fresh = false, cache = path.join(homedir(), '.cache/autosplit-bench') } = options;
  const writeDocs = options['write-docs'] ?? false;
  const chosen = networks?.split(',') ?? (smoke ? ['resnet18'] : undefined);
  return benchLight({ light, cache, fresh: fresh || (writeDocs && 'if-changed'), networks: chosen, writeDocs });
}
