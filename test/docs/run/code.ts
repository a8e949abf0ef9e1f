import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { expect } from 'vitest';
import { loadMetric } from '../../../src/metrics/user.js';
import autosplit from '../../../src/plugin/entries/esbuild.js';
import type { Block } from '../blocks.js';
import { CONFIG, type Reader } from './reader.js';

/** For blocks that end where the edge side is loaded. */
const INFER = `
const { outputs } = await edge.infer({ image: new Float32Array(3 * 64 * 192) });
console.log(outputs.logits.length);
await edge.close();
`;

/** Runs a block of JavaScript or TypeScript as what it is: a metric, a module of a bundler's build, or a program. */
export async function runCode(reader: Reader, { text }: Block): Promise<void> {
  if (text.includes('(outputs, label)')) return score(reader, text);
  if (text.includes("from 'autosplit:")) return bundle(reader, text);
  if (text.includes("cwd: 'apps/camera'")) return library(reader, text);
  if (!text.includes('edge.mjs')) return void (await reader.module(text));
  if (text.includes('edge.close')) {
    const [, label] = /^0001\.jpg,(.+)$/m.exec(readFileSync(path.join(reader.folder, 'data/val.csv'), 'utf8')) ?? [];
    expect(await reader.module(text, 'read.mjs')).toMatch(new RegExp(`^${label} \\{`));
  } else expect(await reader.module(text + INFER)).toBe(String(35 * 24));
}

/** A metric is asked as `build` asks it, on outputs that it must tell apart. */
async function score({ folder, write }: Reader, text: string): Promise<void> {
  const name = `metric-${text.length}.mjs`;
  write(name, (await transform(text, { loader: 'ts', format: 'esm' })).code);
  const metric = await loadMetric(path.join(folder, name));
  const corners = (...data: number[]) => ({ corners: { data, dims: [1, 8] }, text: { data: ['plate'], dims: [1] } });
  const labels = text.includes('corners') ? ['0 0 9 0 9 9 0 9', '0 0 9 0 0 9 9 9'] : ['plate', 'another'];
  expect(labels.map((label) => metric(corners(0, 1, 9, 0, 9, 8, 2, 9), label))).toEqual(
    text.includes('corners') ? [1, 0.5] : [1, 0],
  );
}

/** A module that imports a build is bundled, and then has its edge side. */
async function bundle({ folder, write, module }: Reader, text: string): Promise<void> {
  write('src/page.js', `${text}\nexport { createEdge };\n`);
  await build({
    absWorkingDir: folder,
    entryPoints: ['src/page.js'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outdir: 'dist',
    logLevel: 'error',
    plugins: [autosplit({ build: true })],
  });
  expect(readdirSync(path.join(folder, 'dist'))).toContainEqual(expect.stringMatching(/^model-\w{8}\.onnx$/));
  await module(
    `await import('./dist/page.js').then(({ createEdge }) => createEdge({ cloud: 'http://127.0.0.1:8080' }).then((edge) => edge.close()));`,
  );
}

/** A program that works on two projects, one of them stale. */
async function library({ folder, write, module }: Reader, text: string): Promise<void> {
  for (const name of [CONFIG, 'model.onnx', 'metric.mjs', 'data', 'autosplit', 'node_modules'])
    cpSync(path.join(folder, name), path.join(folder, 'apps/camera', name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  appendFileSync(path.join(folder, 'apps/camera/metric.mjs'), '\n');
  write('base.config.yaml', readFileSync(path.join(folder, CONFIG)));
  const said = await module(text);
  for (const line of [
    /^validation: metric\.mjs has changed$/m,
    /^Write the report [\d.]+$/m,
    /^split [\d.]+$/m,
    /'autosplit [\d.]+'/,
  ])
    expect(said).toMatch(line);
  expect(existsSync(path.join(folder, 'apps/camera/autosplit/report.html'))).toBe(true);
}
