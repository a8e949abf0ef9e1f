import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wireBrowserEdge, wireNodeEdge } from '../../src/plugin/wiring.js';

const browser = readFileSync('examples/browser/autosplit/edge/edge.mjs', 'utf8');
const node = readFileSync('examples/license-plates/autosplit/edge/edge.mjs', 'utf8');
const places = { model: 'new URL("https://m")', weights: 'new URL("https://w")', worker: 'new URL("https://k")' };
const ort = { mjs: 'new URL("https://o")', wasm: 'new URL("https://a")' };
const lines = (code: string) => code.split('\n');

/** By line: what was there, and what has come. */
const changes = (before: string, after: string) =>
  lines(before).flatMap((line, i) => (line === lines(after)[i] ? [] : [[line.trim(), lines(after)[i].trim()]]));

describe('a generated runtime with its files elsewhere', () => {
  test('in the browser', () => {
    expect(changes(browser, wireBrowserEdge(browser, places))).toEqual([
      ['model: new URL("./model.onnx", import.meta.url),', 'model: new URL("https://m"),'],
      ['weights: new URL("./weights.bin", import.meta.url),', 'weights: new URL("https://w"),'],
      [
        'startWorker: () => new Worker(new URL("./unpack-worker.mjs", import.meta.url), { type: "module" })',
        'startWorker: () => new Worker(new URL("https://k"), { type: "module" })',
      ],
    ]);
  });

  test('in Node.js', () => {
    const [skeleton, weights, folder] = [
      /fileURLToPath\d*\(new URL\("https:\/\/m"\)\)/,
      /readPart\(new URL\("https:\/\/w"\)\)/,
      /loadEdgeModel\(spec, undefined,/,
    ];
    const after = wireNodeEdge(node, places);
    for (const pattern of [skeleton, weights, folder]) expect(after).toMatch(pattern);
    expect(after).not.toContain('import.meta.url');
    expect(lines(after)).toHaveLength(lines(node).length);
  });

  test('onnxruntime-web is told where it lies, unless the caller says so or asks for WebGPU', async () => {
    const text = `const createEdge = (options) => options;\nclass EdgeError extends Error {}\n${[
      'new URL("./model.onnx", import.meta.url)',
      'new URL("./weights.bin", import.meta.url)',
      'new URL("./unpack-worker.mjs", import.meta.url)',
    ].join(';\n')};\nexport {\n  EdgeError,\n  createEdge\n};\n`;
    const wired = wireBrowserEdge(text, { ...places, ort });
    const { createEdge, EdgeError } = await import(`data:text/javascript,${encodeURIComponent(wired)}`);
    const wasmPaths = { mjs: 'https://o/', wasm: 'https://a/' };
    expect(createEdge()).toEqual({ wasmPaths });
    expect(createEdge({ cloud: 'c' })).toEqual({ cloud: 'c', wasmPaths });
    expect(createEdge({ wasmPaths: '/mine/' })).toEqual({ wasmPaths: '/mine/' });
    expect(createEdge({ executionProviders: ['webgpu'] })).toEqual({ executionProviders: ['webgpu'] });
    expect(new EdgeError('x')).toBeInstanceOf(Error);
  });

  test('a runtime of another kind is a defect, not a broken page', () => {
    expect(() => wireBrowserEdge(node, places)).toThrow('does not hold new URL("./model.onnx", import.meta.url)');
    expect(() => wireNodeEdge(browser, places)).toThrow('does not hold new URL("./", import.meta.url)');
    expect(() => wireBrowserEdge(browser.replace(/export \{[^}]*\};\s*$/, ''), { ...places, ort })).toThrow(
      'does not hold its exports',
    );
  });
});
