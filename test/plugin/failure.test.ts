import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { esbuildMessages, failureOf, placedFailure } from '../../src/plugin/failure.js';
import { AutosplitError } from '../../src/util/error.js';
import { temporaryFolder } from '../util/temporary.js';

const CONFIG = `model: m.onnx
objectiv: latency
clowd: 1
calibration: { images: "*.jpg" }
edge: { preset: eyeriss }
network: { preset: 3g }
cloud: { preset: tpu-v1 }
`;

async function broken(): Promise<{ folder: string; error: unknown }> {
  const folder = temporaryFolder({
    'autosplit.config.yaml': CONFIG,
  });
  return { folder, error: await loadConfig({ cwd: folder }).catch((error: unknown) => error) };
}

test('an overlay shows message, hint, place and frame, and what else is wrong', async () => {
  const { folder, error } = await broken();
  const { name, message, id, loc, frame, stack } = failureOf(error);
  const file = `${folder}/autosplit.config.yaml`;
  expect(name).toBe('AutosplitError');
  expect(message).toMatch(/^CONFIG_INVALID: .*objectiv.*\nhint: .*objective/);
  expect(message).toContain(`also: `);
  expect(message).toContain(`(${file}:3:1)`);
  expect({ id, loc }).toEqual({ id: file, loc: { file, line: 2, column: 0 } });
  expect(frame).toContain('> 2 | objectiv: latency');
  expect(stack).toBe(`    at ${file}:2:1`);
});

test('where nothing but a message is shown, it says where', async () => {
  const { folder, error } = await broken();
  const { message, stack } = placedFailure(error);
  expect(message).toContain(`${folder}/autosplit.config.yaml:2:1\n`);
  expect(message).toContain('> 2 | objectiv: latency');
  expect(stack).toBe(message);
  expect(placedFailure(new AutosplitError('USAGE', 'no')).message).toBe('USAGE: no');
  const other = new Error('other');
  expect(placedFailure(other)).toBe(other);
});

test('esbuild is given a message for each problem, with its line', async () => {
  const { folder, error } = await broken();
  const messages = await esbuildMessages(error);
  const file = `${folder}/autosplit.config.yaml`;
  expect(messages.map(({ location }) => location)).toEqual([
    { file, line: 2, column: 0, lineText: 'objectiv: latency' },
    { file, line: 3, column: 0, lineText: 'clowd: 1' },
  ]);
  expect(messages[0].notes?.[0].text).toContain('objective');
});

test('what is not a mistake of the user keeps its stack', async () => {
  const defect = new TypeError('x is undefined');
  expect(failureOf(defect)).toBe(defect);
  expect(await esbuildMessages(defect)).toEqual([{ text: 'x is undefined', detail: defect }]);
  expect(failureOf('odd').message).toBe('odd');
  expect(failureOf(new AutosplitError('INFEASIBLE', 'no plan')).message).toBe('INFEASIBLE: no plan');
});
