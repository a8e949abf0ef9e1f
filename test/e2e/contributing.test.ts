import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { npy } from './npy.js';
import { digestsOf, root, scratch } from './project.js';

const text = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
/** Files of the recipes: blocks whose first line is their path, and the one preset. */
const files = new Map(
  [...text.matchAll(/^ {3}```(?:ts|yaml)\n([\s\S]*?)^ {3}```$/gm)].map(([, indented]) => {
    const code = indented.replace(/^ {3}/gm, '');
    return [/^\/\/ (src\/\S+)\n/.exec(code)?.[1] ?? 'presets/network/our-radio.yaml', code];
  }),
);

/** What the recipes say to list where: a text of a file, and the text in its place. */
const LISTS: [file: string, before: string, after: string][] = [
  ['src/ops/index.ts', '\nimport { matmul', "\nimport { linearAlgebra } from './linear-algebra.js';\nimport { matmul"],
  ['src/ops/index.ts', '  quantized,\n];', '  quantized,\n  linearAlgebra,\n];'],
  ['src/runtime/codecs/index.ts', '\nimport { webp', "\nimport { rle } from './rle/index.js';\nimport { webp"],
  ['src/runtime/codecs/index.ts', 'webp];', 'webp, rle];'],
  [
    'src/runtime/codecs/encoders.ts',
    '\nimport { encodeWebp',
    "\nimport { encodeRle, rleForm } from './rle/index.js';\nimport { encodeWebp",
  ],
  ['src/runtime/codecs/encoders.ts', '  webp: {', '  rle: { form: rleForm, encode: encodeRle },\n  webp: {'],
  [
    'src/runtime/codecs/decoders.ts',
    '\nimport { decodeWebp',
    "\nimport { decodeRle, rleForm } from './rle/index.js';\nimport { decodeWebp",
  ],
  ['src/runtime/codecs/decoders.ts', '  webp: {', '  rle: { form: rleForm, decode: decodeRle },\n  webp: {'],
  [
    'src/planner/baselines/index.ts',
    '\nimport { qdmpCut',
    "\nimport { firstLayer } from './first-layer.js';\nimport { qdmpCut",
  ],
  ['src/planner/baselines/index.ts', "  | 'auto-split';", "  | 'auto-split'\n  | 'first-layer';"],
  [
    'src/planner/baselines/index.ts',
    "    'auto-split': checked(",
    "    'first-layer': checked(firstLayer(problem)),\n    'auto-split': checked(",
  ],
];

let copy: string;
const run = (script: string, ...args: string[]) => execa(process.execPath, [script, ...args], { cwd: copy });
const generate = () => execa('npm', ['run', 'generate', '--silent'], { cwd: copy });
/** Everything that a recipe may change. */
const sources = () =>
  Object.fromEntries(
    ['src', 'schemas', 'presets', 'docs'].map((name) => [name, digestsOf(path.join(copy, name))] as const),
  );

interface Plan {
  baselines: Record<string, unknown>;
  warnings?: string[];
}

/** The plan of a network with a determinant, on the board and over the radio of the recipes where they are there. */
async function plan(edge: object, link: object): Promise<Plan> {
  const { encodeModel, node, value } = await import(new URL('../../scripts/networks/onnx.mjs', import.meta.url).href);
  const folder = scratch();
  const graph = {
    name: 'determinant',
    node: [node('Relu', ['x'], ['positive']), node('Det', ['positive'], ['y'])],
    input: [value('x', 'float32', [1, 4, 4])],
    output: [value('y', 'float32', [1])],
  };
  writeFileSync(path.join(folder, 'model.onnx'), encodeModel(graph));
  const numbers = Array.from({ length: 128 }, (_, i) => Math.sin(i));
  writeFileSync(path.join(folder, 'x.npy'), npy([8, 1, 4, 4], numbers));
  const config = { model: 'model.onnx', calibration: { inputs: 'x.npy' }, edge, link, cloud: { preset: 'nvidia-t4' } };
  writeFileSync(path.join(folder, 'autosplit.config.json'), JSON.stringify(config));
  const { stdout } = await run('dist/cli.js', 'plan', '--json', '--cwd', folder);
  return JSON.parse(stdout);
}

describe('the recipes of CONTRIBUTING.md', () => {
  let before: ReturnType<typeof sources>;
  beforeAll(async () => {
    copy = scratch();
    const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
    for (const file of stdout.split('\n').filter((name) => !/^(examples|test\/(?!fixtures))/.test(name))) {
      mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
      cpSync(path.join(root, file), path.join(copy, file));
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
    before = sources();
  });

  test('give five things', () => {
    expect([...files.keys()]).toEqual([
      'src/ops/linear-algebra.ts',
      'src/targets/bench-board/index.ts',
      'src/runtime/codecs/rle/index.ts',
      'src/planner/baselines/first-layer.ts',
      'presets/network/our-radio.yaml',
    ]);
  });

  test('add them: they compile, and a plan knows them', async () => {
    await run('scripts/build.mjs', '--no-types');
    const known = await plan({ preset: 'raspberry-pi-4' }, { preset: '3g' });
    expect(known.warnings?.join()).toContain('Det');
    expect(known.baselines).not.toHaveProperty('first-layer');

    for (const [file, content] of files) {
      mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
      writeFileSync(path.join(copy, file), content);
    }
    for (const [file, from, to] of LISTS) {
      const source = readFileSync(path.join(copy, file), 'utf8');
      expect(source.split(from), `${from} in ${file}`).toHaveLength(2);
      writeFileSync(path.join(copy, file), source.replace(from, to));
    }
    await generate();
    await execa('npx', ['tsc', '-p', 'tsconfig.json'], { cwd: copy });
    const modules = [...files.keys()].filter((file) => file.endsWith('.ts'));
    await execa('npx', ['biome', 'check', ...modules], { cwd: copy });
    await run('scripts/build.mjs', '--no-types');
    const planned = await plan({ preset: 'raspberry-pi-4', target: 'bench-board' }, { preset: 'our-radio' });
    expect(planned.warnings?.join() ?? '').not.toContain('Det');
    expect(planned.baselines).toHaveProperty('first-layer');
    const page = readFileSync(path.join(copy, 'docs/targets.md'), 'utf8');
    expect(page).toMatch(/^\| `bench-board` \| edge .* rle/m);
    expect(readFileSync(path.join(copy, 'docs/presets.md'), 'utf8')).toContain('### our-radio: Our radio at 868 MHz');
  });

  test('take them away: nothing is left', async () => {
    for (const file of files.keys()) {
      rmSync(path.join(copy, file));
      const folder = path.dirname(path.join(copy, file));
      if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
    }
    for (const [file, from, to] of LISTS.toReversed())
      writeFileSync(path.join(copy, file), readFileSync(path.join(copy, file), 'utf8').replace(to, from));
    await generate();
    expect(sources()).toEqual(before);
  });
});
