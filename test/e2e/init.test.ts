import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { greyNetwork } from '../init/networks.js';
import { autosplit, type ErrorDocument, json, root, scratch } from './project.js';

const CONFIG = 'autosplit.config.yaml';
const example = path.join(root, 'examples/license-plates');
const read = (folder: string, file = CONFIG) => readFileSync(path.join(folder, file), 'utf8');

/** A folder with only the network of the example and a few of its photos, which nothing labels. */
function bare(photos = 8): string {
  const folder = scratch();
  mkdirSync(path.join(folder, 'photos'));
  cpSync(path.join(example, 'model.onnx'), path.join(folder, 'plates.onnx'));
  for (const name of readdirSync(path.join(example, 'data/val')).sort().slice(0, photos))
    cpSync(path.join(example, 'data/val', name), path.join(folder, 'photos', name));
  return folder;
}

describe('a network and a folder of photos are enough', () => {
  let folder: string;
  beforeAll(() => {
    folder = bare();
  });

  test('init --yes writes a config that states its defaults, and says what to look at', async () => {
    const { exitCode, stdout, stderr } = await autosplit(folder, ['init', '--yes']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "wrote autosplit.config.yaml

        plates.onnx on raspberry-pi-4, over 4g, to nvidia-t4; 8 samples
        look at: preprocess is assumed (pixels scaled to 0..1, the usual default): it must be what the network was trained with

      next
        npx autosplit build
        onnxruntime-node-install=skip   in .npmrc keeps onnxruntime-node from downloading CUDA libraries"
    `);
    expect(read(folder)).toMatchSnapshot();
    expect(readdirSync(folder).sort()).toEqual([CONFIG, 'photos', 'plates.onnx']);
  });

  test('build then works without an edit, and check finds the result fresh', async () => {
    const { document, exitCode } = await json<{
      plan: { decision: string; edge: { disk: { total: number } }; deployable: { edge: boolean } };
      verification: { samples: number };
      files: { path: string; bytes: number }[];
    }>(folder, ['build']);
    expect(exitCode).toBe(0);
    expect(document.verification.samples).toBe(8);
    expect(document.plan.deployable.edge).toBe(true);
    const model = document.files.filter(({ path: file }) => /^edge\/(model\.onnx|weights\.bin)$/.test(file));
    const real = model.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(document.plan.edge.disk.total / (real || 1)).toBeGreaterThan(real > 0 ? 0.85 : -1);
    expect(document.plan.edge.disk.total).toBeLessThanOrEqual(1.15 * real);
    expect((await autosplit(folder, ['check'])).exitCode).toBe(0);
  });
});

test('grey pictures of any size, the channel last: init and build', async () => {
  const folder = scratch();
  writeFileSync(path.join(folder, 'grey.onnx'), greyNetwork());
  mkdirSync(path.join(folder, 'scans'));
  for (let i = 0; i < 4; i++) {
    const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, at) => (at * (7 + i)) % 251);
    await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } })
      .png()
      .toFile(path.join(folder, `scans/${i}.png`));
  }
  expect((await autosplit(folder, ['init', '--yes', '--edge', 'jetson-nano'])).exitCode).toBe(0);
  expect(read(folder)).toContain('picture: [1, 224, 224, 1]');
  const { document, exitCode } = await json<{
    verification: { samples: number };
    plan: { deployable: { edge: boolean; reasons: { edge?: string } } };
  }>(folder, ['build']);
  expect({ exitCode, samples: document.verification?.samples }).toEqual({ exitCode: 0, samples: 4 });
  // Its numbers are those of a GPU, on which nothing that is generated runs.
  expect(document.plan.deployable).toMatchObject({
    edge: false,
    reasons: { edge: expect.stringContaining('does not run on NVIDIA Jetson Nano') },
  });
});

describe('what is there already', () => {
  test('a config stays, unless --force says otherwise', async () => {
    const folder = bare(1);
    writeFileSync(path.join(folder, CONFIG), 'mine');
    const { document, exitCode } = await json<ErrorDocument>(folder, ['init', '--yes']);
    expect([exitCode, document.error.code, read(folder)]).toEqual([2, 'OUTPUT_UNSAFE', 'mine']);
    expect((await autosplit(folder, ['init', '--yes', '--force'])).exitCode).toBe(0);
    expect(read(folder)).toContain('model: plates.onnx');
  });

  test('a config of another ending is not put in the shade', async () => {
    const folder = bare(1);
    writeFileSync(path.join(folder, 'autosplit.config.ts'), 'export default {}');
    const { document } = await json<ErrorDocument>(folder, ['init', '--yes', '--force']);
    expect(document.error.message).toContain('autosplit.config.ts');
    expect(existsSync(path.join(folder, CONFIG))).toBe(false);
  });

  test('a package gets the line in .npmrc, and its bundler the two lines to add', async () => {
    const folder = bare(1);
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ devDependencies: { vite: '^7.0.0' } }));
    writeFileSync(path.join(folder, '.npmrc'), 'save-exact=true\n');
    const { stdout } = await autosplit(folder, ['init', '--yes']);
    expect(stdout).toContain(
      "vite: add to vite.config.js\n  import autosplit from 'autosplit/vite';\n  plugins: [autosplit()],",
    );
    expect(stdout).toContain('npm install onnxruntime-web@');
    expect(read(folder, '.npmrc')).toBe('save-exact=true\nonnxruntime-node-install=skip\n');
  });
});

test('a package that has onnxruntime-web is a page, whose edge is the browser', async () => {
  const folder = bare(1);
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ dependencies: { 'onnxruntime-web': '1.30.0', webpack: '^5.0.0' } }),
  );
  const { document } = await json<{ written: string[]; bundler: { name: string } }>(folder, ['init', '--yes']);
  expect(document).toMatchObject({ written: [CONFIG, '.npmrc'], bundler: { name: 'webpack' } });
  expect(read(folder)).toContain('  preset: browser-wasm\n');
  expect(read(folder)).toContain('  target: onnxruntime-web\n');
});

describe('what is refused', () => {
  test('asking nobody', async () => {
    const { exitCode, stderr } = await autosplit(bare(1), ['init']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--yes')]);
  });

  test.each([
    ['a folder without a network', [], 'MODEL_NOT_FOUND'],
    ['a network that is not there', ['--model', 'other.onnx'], 'MODEL_NOT_FOUND'],
    ['a preset that is not there', ['--edge', 'rasberry-pi-4'], 'PRESET_NOT_FOUND'],
  ])('%s', async (_, args, code) => {
    const folder = scratch();
    const { document, exitCode } = await json<ErrorDocument>(folder, ['init', '--yes', ...args]);
    expect([exitCode, document.error.code]).toEqual([2, code]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
