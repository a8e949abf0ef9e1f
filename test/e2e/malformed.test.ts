import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/util/error.js';
import { noShared, shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { npy } from './npy.js';
import { autosplit, scratch } from './project.js';

const models = path.join(shared ?? '', 'models/hard/malformed');

/** Valid, odd, and minutes long: a loop of 2^62 rounds (interrupt.test.ts), fifty thousand layers. */
const LONG = new Set(['loop_2pow62.onnx', 'chain_50k_relu.onnx']);
/** What is valid after all, or as far as it is read: a plan is as good an answer as an error. */
const ODD =
  /^(bitflip_[03]|dup_initializer|fanout_5k|identity_only|ir_version_0|long_name_1MB|non_utf8_name|not_topological|weird_names)\.onnx$/;

describe('a malformed model ends in one clear error', unless(noShared), () => {
  const names = existsSync(models)
    ? readdirSync(models).filter((name) => name.endsWith('.onnx') && !LONG.has(name))
    : [];
  let folder: string;
  beforeAll(() => {
    folder = scratch();
    // For networks with an input of 1 x 4, and for the digits that some of them were made from.
    writeFileSync(path.join(folder, 'four.npy'), npy([2, 1, 4], [0.5, -1, 2, 0.25, 1, 1, -3, 0]));
    writeFileSync(
      path.join(folder, 'digit.npy'),
      npy(
        [1, 1, 28, 28],
        Array.from({ length: 784 }, (_, i) => Math.sin(i)),
      ),
    );
  });

  test.concurrent.each(names)('%s', async (name) => {
    const config = {
      model: path.join(models, name),
      calibration: { inputs: name.startsWith('bitflip') ? 'digit.npy' : 'four.npy' },
      edge: { preset: 'eyeriss' },
      network: { preset: '3g' },
      cloud: { preset: 'tpu-v1' },
    };
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(config));
    const { exitCode, stdout, stderr } = await autosplit(folder, [
      'plan',
      '--json',
      '--quiet',
      '--config',
      `${name}.json`,
    ]);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout);
    if (exitCode === 0) {
      expect(name).toMatch(ODD);
      expect(document).toMatchObject({ version: 1, latency: { total: expect.any(Number) } });
      return;
    }
    expect(exitCode).toBe(2);
    expect(Object.keys(ERROR_CODES)).toContain(document.error.code);
    const { message } = document.error;
    expect(message).toMatch(/^\S.{10,}/);
    expect(message.length).toBeLessThan(1000);
    // The file is named with its path, which may hold anything.
    expect(message.replaceAll(name, '')).not.toMatch(/\n\s+at |undefined|\[object/);
  });

  test('there are some', () => expect(names.length).toBeGreaterThan(50));
});
