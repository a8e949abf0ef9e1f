import { mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import sharp from 'sharp';
import { inflateBody } from '../../../src/runtime/codecs/deflate/inflate.js';
import type { SplitSpec } from '../../../src/runtime/spec.js';
import { decodeRequest, HEADER_LENGTH } from '../../../src/runtime/wire/oip.js';
import { decodeWire, type Payload } from '../../../src/runtime/wire/wire.js';
import { NETWORKS } from '../../networks/networks.js';
import { shared } from '../../shared.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds a network of ../shared for both edge targets, cut in the middle: `FOLDER/bundles/{node,web}/{edge,cloud}`. */
export async function buildBoth(name: string): Promise<string> {
  const { model, calibration, middle } = NETWORKS[name];
  const folder = await mkdtemp(path.join(tmpdir(), 'autosplit-browser-'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  const config = {
    model: path.join(shared ?? '', `models/real/${model}.onnx`),
    calibration: { ...calibration, samples: 4 },
    edge: { preset: 'browser-wasm', bits: { wire: [8] } },
    // So slow that what takes time to code pays.
    network: { preset: '3g', uplink: '0.02 Mbps' },
    cloud: { preset: 'xeon' },
    split: { after: middle },
    output: 'bundles',
    builds: { node: { edge: { target: 'onnxruntime-node' } }, web: { edge: { target: 'onnxruntime-web' } } },
  };
  await writeFile(path.join(folder, 'autosplit.config.yaml'), JSON.stringify(config, null, 2));
  await execa(process.execPath, [path.join(root, 'dist/cli.js'), 'build', '--quiet'], { cwd: folder });
  return folder;
}

/** Pictures of ../shared that calibration has not seen, at the size of the input and in its order of magnitude. */
export async function pictures(
  folder: string,
  [, channels, height, width]: readonly number[],
): Promise<Float32Array[]> {
  const at = path.join(shared ?? '', 'data', folder);
  const files = (await readdir(at)).filter((file) => /\.(?:jpg|png)$/.test(file)).sort();
  return Promise.all(
    [3, 40, 77].map(async (index) => {
      const pixels = await sharp(path.join(at, files[index]))
        .resize(width, height, { fit: 'fill' })
        .removeAlpha()
        .raw()
        .toBuffer();
      const plane = width * height;
      return Float32Array.from(
        { length: channels * plane },
        (_, i) => (pixels[(i % plane) * 3 + Math.floor(i / plane)] - 120) / 58,
      );
    }),
  );
}

/** What a body carried, as the cloud model reads it. */
export async function sentBy(bundle: string, body: Uint8Array, headers: Record<string, string>): Promise<Payload> {
  const manifest = JSON.parse(await readFile(path.join(bundle, 'split-manifest.json'), 'utf8')) as Pick<
    SplitSpec,
    'wire'
  >;
  const plain = await inflateBody(body, headers['content-encoding'], 2 ** 28);
  return decodeWire(manifest as SplitSpec, decodeRequest(plain, headers[HEADER_LENGTH]));
}

export interface NodeRun {
  payload: Payload;
  outputs: Record<string, Uint8Array>;
}

/** Runs samples through the edge half of a build in Node.js. */
export async function runNode(
  folder: string,
  cloud: string,
  token: string,
  samples: Record<string, Float32Array>[],
): Promise<NodeRun[]> {
  const bundle = path.join(folder, 'bundles/node');
  const { createEdge } = await import(pathToFileURL(path.join(bundle, 'edge/edge.mjs')).href);
  let posted: RequestInit = {};
  const edge = await createEdge({
    cloud,
    token,
    fetch: (url: string, init: RequestInit) => {
      posted = init;
      return fetch(url, init);
    },
  });
  const runs: NodeRun[] = [];
  for (const sample of samples) {
    const { outputs } = (await edge.infer(sample)) as { outputs: Record<string, Float32Array> };
    runs.push({
      payload: await sentBy(bundle, posted.body as Uint8Array, posted.headers as Record<string, string>),
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { buffer }]) => [name, new Uint8Array(buffer)])),
    });
  }
  await edge.close();
  return runs;
}
