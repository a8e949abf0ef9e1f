import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { aboutEdge } from '../api/targets.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { relativePath } from '../util/files.js';

const NAME = 'autosplit-env.d.ts';

/** Writes the declarations of `autosplit:NAME` for all builds of a config, if they are wanted and have changed. */
export async function writeTypes(
  configs: readonly ResolvedConfig[],
  wanted: string | false | undefined,
): Promise<void> {
  const file = typesFile(configs[0].root, wanted);
  if (file === undefined) return;
  const text = typesOf(configs, path.dirname(file));
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Path of the declarations: in src/ if it exists, which tsconfig.json files usually include. */
function typesFile(root: string, wanted: string | false | undefined): string | undefined {
  if (wanted === false) return undefined;
  if (wanted !== undefined) return path.resolve(root, wanted);
  if (!existsSync(path.join(root, 'tsconfig.json'))) return undefined;
  const source = path.join(root, 'src');
  return path.join(existsSync(source) ? source : root, NAME);
}

/**
 * Declarations that refer to those of the bundles. A declared module may not re-export from a relative path, but may
 * import types from one. Third-party targets declare their own modules.
 */
export function typesOf(configs: readonly Pick<ResolvedConfig, 'name' | 'output' | 'edge'>[], folder: string): string {
  const own = configs.filter(({ edge }) => edge.targetModule === undefined);
  const modules = own.map(({ name, output, edge }) => {
    const from = relativePath(folder, path.join(output, 'edge/edge.mjs'));
    const bundle = `import('${from.startsWith('.') ? from : `./${from}`}')`;
    const types = [
      'Inputs',
      'Outputs',
      'EdgeOptions',
      'Timings',
      'Edge',
      'EdgeError',
      ...(aboutEdge(edge.target)?.platform === 'browser' ? ['LoadProgress'] : []),
    ];
    return [
      `declare module 'autosplit:${name}' {`,
      `  export const createEdge: typeof ${bundle}.createEdge;`,
      `  export const EdgeError: typeof ${bundle}.EdgeError;`,
      ...types.map((type) => `  export type ${type} = ${bundle}.${type};`),
      `  export type Tensor<T> = ${bundle}.Tensor<T>;`,
      '}',
      '',
    ].join('\n');
  });
  return ['/* Written by the build plugin of autosplit; do not edit. */', ...modules].join('\n');
}
