import { describe, expect, test } from 'vitest';
import { readAnswers, sampleLines } from '../../src/verify/answers.js';
import { COUNT, splitSpec } from '../runtime/fixture.js';

const base64 = (length: number, value = 0) => Buffer.alloc(length, value).toString('base64');
/** Of the split of the fixture: codes of 4 bits, a mask as it is, and two floats of an output on the edge. */
const answer = { wire: { h: base64(COUNT / 2, 3), mask: base64(COUNT) }, outputs: { early: base64(8) } };
const read = (...lines: unknown[]) =>
  readAnswers(splitSpec, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`, lines.length);

test('a sample is a line, its tensors the bytes as they are', () => {
  const sample = { x: { dtype: 'float32', shape: [1], bytes: Uint8Array.of(0, 0, 128, 63) } } as const;
  expect(sampleLines([{ x: { ...sample.x, shape: [1] } }])).toBe('{"x":"AACAPw=="}\n');
});

test('answers are read by name', () => {
  const [first, second] = read(answer, { ...answer, wire: { ...answer.wire, h: base64(COUNT / 2, 9) } });
  expect([...first.wire.h]).toEqual(Array(COUNT / 2).fill(3));
  expect(second.wire.h[0]).toBe(9);
  expect(first.outputs.early).toHaveLength(8);
});

describe('refused:', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'too few bytes',
      { ...answer, wire: { ...answer.wire, h: base64(3) } },
      /answers sample 0 with 3 bytes in wire\["h"\], which has 20/,
    ],
    [
      'a tensor that is missing',
      { ...answer, outputs: {} },
      /answers sample 0 with no bytes in outputs\["early"\], which has 8/,
    ],
    ['no object', 'text', /answers sample 0 with a line that is no JSON object/],
    ['nothing of a tensor', {}, /answers sample 0 with no bytes in wire/],
  ])('%s', (_, line, message) => {
    expect(() => read(line)).toThrow(
      expect.objectContaining({ code: 'VERIFICATION_FAILED', message: expect.stringMatching(message) }),
    );
  });

  test('too few lines, and what is no JSON', () => {
    expect(() => readAnswers(splitSpec, '', 2)).toThrow(/answers 2 samples with 0 lines/);
    expect(() => readAnswers(splitSpec, 'loading...\n', 1)).toThrow(/no JSON object/);
  });
});
