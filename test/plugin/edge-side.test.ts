import path from 'node:path';
import { expect, test } from 'vitest';
import { edgeSideOf } from '../../src/plugin/edge-side.js';
import { typesOf } from '../../src/plugin/types.js';

const output = path.resolve('autosplit');
const side = (edge: string, ...files: string[]) =>
  edgeSideOf(
    { name: 'default', output } as never,
    { targets: { edge }, files: Object.fromEntries(files.map((file) => [file, ''])), checksum: 'c' } as never,
  );

test('sides of autosplit are known by their target', () => {
  const files = ['edge/edge.mjs', 'edge/model.onnx'];
  expect(side('onnxruntime-node', ...files)).toMatchObject({
    runs: 'node',
    hasModel: true,
    file: path.join(output, 'edge/edge.mjs'),
  });
  expect(side('onnxruntime-web', ...files)).toMatchObject({ runs: 'browser', hasModel: true });
  expect(side('onnxruntime-web', 'edge/edge.mjs')).toMatchObject({ hasModel: false });
});

test('an edge.mjs of another target is taken in as it is, and declared by nobody else', () => {
  expect(side('board', 'edge/edge.mjs', 'edge/model.onnx')).toMatchObject({ runs: 'browser', hasModel: false });
  const config = { name: 'default', output, edge: { target: 'board', targetModule: {} } };
  expect(typesOf([config] as never, output)).not.toContain('declare module');
});

test('a side that is no module is refused by the name of its target', () => {
  expect(() => side('board', 'edge/split.h')).toThrow(
    expect.objectContaining({
      code: 'TARGET_INVALID',
      hint: expect.stringContaining('its target board writes no edge.mjs'),
    }),
  );
});
