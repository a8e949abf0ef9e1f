import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { typesOf, writeTypes } from '../../src/plugin/types.js';
import { temporaryFolder } from '../util/temporary.js';

const root = path.resolve('.');

test('the declarations of both examples are what TypeScript takes, and hold users to inputs and outputs', () => {
  const builds = [
    { name: 'page', output: path.join(root, 'examples/browser/autosplit'), edge: { target: 'onnxruntime-web' } },
    {
      name: 'camera',
      output: path.join(root, 'examples/license-plates/autosplit'),
      edge: { target: 'onnxruntime-node' },
    },
  ];
  const folder = temporaryFolder({
    'src/use.ts': `import { createEdge, EdgeError, type Edge, type Inputs, type LoadProgress, type Tensor } from 'autosplit:page';
import { createEdge as createCamera } from 'autosplit:camera';
export const edge: Promise<Edge> = createEdge({ cloud: 'a', onProgress: (progress: LoadProgress) => progress.loaded });
const image: Tensor<Float32Array> = { data: new Float32Array(1), dims: [1] };
export const inputs: Inputs = { image };
// @ts-expect-error there is no such output
export const wrong = async () => (await (await edge).infer(inputs)).outputs.nothing;
// @ts-expect-error cameras show no progress
export const camera = createCamera({ cloud: 'a', onProgress: () => {} });
export const code = (error: unknown) => (error instanceof EdgeError ? error.code : undefined);
`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'preserve',
        strict: true,
        noEmit: true,
        types: [],
        lib: ['es2022', 'dom'],
      },
      include: ['src'],
    }),
  });
  const env = path.join(folder, 'src/autosplit-env.d.ts');
  return writeTypes(builds.map((build) => ({ ...build, root: folder })) as never, undefined).then(() => {
    expect(readFileSync(env, 'utf8')).toBe(typesOf(builds as never, path.join(folder, 'src')));
    execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      stdio: 'pipe',
    });
  });
});

test('they are written where there is TypeScript, beside the config where there is no src/, and only when they change', async () => {
  const [config] = await loadConfig({ cwd: 'examples/browser' });
  const plain = temporaryFolder();
  await writeTypes([{ ...config, root: plain }], undefined);
  expect(existsSync(path.join(plain, 'autosplit-env.d.ts'))).toBe(false);

  const typed = temporaryFolder({ 'tsconfig.json': '{}' });
  const file = path.join(typed, 'autosplit-env.d.ts');
  await writeTypes([{ ...config, root: typed }], false);
  expect(existsSync(file)).toBe(false);
  await writeTypes([{ ...config, root: typed }], undefined);
  utimesSync(file, 1, 1);
  await writeTypes([{ ...config, root: typed }], undefined);
  expect(statSync(file).mtimeMs).toBe(1000);
  await writeTypes([{ ...config, root: typed }], 'types/split.d.ts');
  expect(readFileSync(path.join(typed, 'types/split.d.ts'), 'utf8')).toContain("declare module 'autosplit:default'");
});
