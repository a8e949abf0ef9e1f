import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parse } from 'yaml';
import { sharedFolder } from '../shared.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = path.join(root, 'examples/license-plates');

/** A cut that this edge would not make by itself, on one with room for it. */
const pinned = (after: string[], wire: number[]) => ({ split: { after }, edge: { memory: '4 MB', bits: { wire } } });

/**
 * Variants of the example: its own plan, codes that do not end on bytes, several crossing tensors, a picture instead of
 * codes.
 */
const PLATES = {
  planned: {},
  'three-bits': pinned(['/down2/relu/Relu_output_0'], [3]),
  several: pinned(['/mix1/relu/Relu_output_0', '/mix3/relu/Relu_output_0', '/mix5/relu/Relu_output_0'], [2, 5, 6]),
  skip: pinned(['/grow/relu/Relu_output_0', '/res1/b/conv/Conv_output_0'], [4, 8]),
  picture: { split: 'cloud-only', input: { encoding: 'png' } },
};

export const PLATE_BUILDS = Object.keys(PLATES);
/** Builds whose edge side computes something. */
export const EDGE_BUILDS = [
  ...PLATE_BUILDS.filter((name) => name !== 'picture'),
  ...(sharedFolder === undefined ? [] : ['transformer']),
];

/**
 * Builds all bundles in a temporary folder, as users would: `FOLDER/bundles/NAME/{edge,cloud}`,
 * `FOLDER/models/NAME.onnx` the network that each was made of. Packages that bundles import are found beside them.
 */
export async function buildBundles(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'autosplit-targets-'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  for (const entry of ['model.onnx', 'metric.mjs', 'data'])
    await cp(path.join(example, entry), path.join(folder, entry), { recursive: true });
  const config = parse(await readFile(path.join(example, 'autosplit.config.yaml'), 'utf8'));
  config.calibration.samples = 8;
  config.validation.samples = 8;
  // What is tested is not whether three bits suffice.
  config.constraints = {};
  config.quantization = NEAREST;
  await build(folder, { ...config, output: 'bundles', builds: PLATES });
  if (sharedFolder !== undefined) await build(folder, transformer(sharedFolder));
  return folder;
}

/** Codes that can be told from the float weights alone. */
const NEAREST = { rounding: 'nearest' };

/** Attention in integers beside layers that stay in float, weights quantized along their second axis. */
const transformer = (material: string) => ({
  model: path.join(material, 'models/real/kwt1_keyword_transformer_fp32.onnx'),
  calibration: { audio: path.join(material, 'data/audio/*.wav') },
  edge: { preset: 'raspberry-pi-4' },
  network: { preset: '3g' },
  cloud: { preset: 'xeon' },
  output: 'bundles/transformer',
  split: { after: ['add_217_out'] },
  quantization: NEAREST,
});

async function build(folder: string, config: unknown): Promise<void> {
  const file = path.join(folder, 'autosplit.config.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config, null, 2));
  await execa(process.execPath, [path.join(root, 'dist/cli.js'), 'build', '--config', file, '--quiet'], {
    cwd: folder,
  });
}
