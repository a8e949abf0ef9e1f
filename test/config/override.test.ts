import { describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../src/config/load.js';
import { loadOne } from './support.js';

const CONFIG = `
model: net.onnx
calibration: { images: data/*.jpg }
edge: { preset: grid, memory: 1 MB, bits: { weights: [8] }, target: onnxruntime-web }
network: { preset: slow, uplink: 1 Mbps, percentile: 50 }
cloud: { preset: rack }
`;

const WAYS: [string, LoadOptions][] = [
  ['options of the command line', { cwd: '', flags: [{ flag: '--edge', path: ['edge', 'preset'], text: 'board' }] }],
  ['overrides of the library', { cwd: '', overrides: { edge: { preset: 'board' } } }],
];

describe.each(WAYS)('a preset in %s', (_, { flags, overrides }) => {
  it('replaces the device with its numbers, and keeps how it is used', async () => {
    const { edge, link } = await loadOne(CONFIG, { ...(flags && { flags }), ...(overrides && { overrides }) });
    const [plain] = [await loadOne(CONFIG.replace('preset: grid, memory: 1 MB', 'preset: board'))];
    expect(edge.origin?.name).toBe('board');
    expect(edge.memoryBytes).toBe(plain.edge.memoryBytes);
    expect(edge).toMatchObject({ bits: { weights: [8] }, target: 'onnxruntime-web' });
    expect(link.preset.uplink).toBe(1e6);
  });
});

it('keeps the numbers of the config where no preset is named', async () => {
  const { edge } = await loadOne(CONFIG, { overrides: { edge: { memory: '2 MB' } } });
  expect(edge).toMatchObject({ origin: { name: 'grid' }, memoryBytes: 2e6 });
});

it('replaces the same preset by itself alone', async () => {
  const plain = await loadOne(CONFIG.replace(', memory: 1 MB', ''));
  const { edge } = await loadOne(CONFIG, { overrides: { edge: { preset: 'grid' } } });
  expect(edge.memoryBytes).toBe(plain.edge.memoryBytes);
});
