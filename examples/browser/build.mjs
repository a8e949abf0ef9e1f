/**
 * Builds the page into dist/: the script with the generated edge side and onnxruntime-web compiled in, and beside it
 * what they fetch: model, weights, the worker that unpacks them, and WebAssembly.
 *
 *   node build.mjs [FOLDER]     into FOLDER instead of dist/
 */
import { cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = path.resolve(process.argv[2] ?? path.join(here, 'dist'));
const ort = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));

/** Plates to try, from the validation set of the network. */
const SAMPLES = ['0004', '0017', '0030', '0048', '0063', '0091'];

await mkdir(dist, { recursive: true });
await build({
  entryPoints: { app: path.join(here, 'src/app.js') },
  outdir: dist,
  bundle: true,
  format: 'esm',
  splitting: true,
  minify: true,
  target: 'es2022',
  chunkNames: 'chunks/[name]-[hash]',
  // onnxruntime's own module of WebAssembly stays a file, which its threads load as well.
  conditions: ['onnxruntime-web-use-extern-wasm'],
  logLevel: 'warning',
});

const copy = (from, to) => cp(from, path.join(dist, to), { recursive: true });
await copy(path.join(here, 'public'), '.');
for (const file of ['model.onnx', 'weights.bin', 'unpack-worker.mjs'])
  await copy(path.join(here, 'autosplit/edge', file), `edge/${file}`);
for (const file of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'])
  await copy(path.join(ort, file), `ort/${file}`);
for (const sample of SAMPLES)
  await copy(path.join(here, '../license-plates/data/val', `${sample}.jpg`), `samples/${sample}.jpg`);
