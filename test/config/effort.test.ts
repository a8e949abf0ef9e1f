import { expect, test } from 'vitest';
import { EFFORT, fittingSamples, skippedSteps } from '../../src/config/effort.js';
import { loadOne, SMALLEST } from './support.js';

test('fast leaves out what takes minutes, and says so', async () => {
  const config = await loadOne(`${SMALLEST}\neffort: fast`);
  expect(config).toMatchObject({
    effort: 'fast',
    errorModel: 'relative',
    quantization: { rounding: 'nearest', biasCorrection: true },
  });
  expect(fittingSamples(config).limit).toBe(32);
  expect(config.calibration.limit).toBe(64);
  expect(skippedSteps(config, 33)).toEqual([
    'sensitivity by outputs',
    'least-squares rounding',
    'calibration samples beyond 32',
  ]);
  expect(skippedSteps(config, 32)).toEqual(['sensitivity by outputs', 'least-squares rounding']);
});

test.each(['normal', 'best'] as const)('%s leaves nothing out', async (effort) => {
  const config = await loadOne(`${SMALLEST}\neffort: ${effort}`);
  expect(config).toMatchObject({ effort, errorModel: 'output', quantization: { rounding: 'gptq' } });
  expect(fittingSamples(config)).toEqual(config.calibration);
  expect(skippedSteps(config, 1000)).toEqual([]);
});

test('what the config does not ask for is not called left out', async () => {
  const config = await loadOne(`${SMALLEST}\neffort: fast\nerrorModel: relative\nquantization: { rounding: nearest }`);
  expect(skippedSteps(config, 8)).toEqual([]);
});

test('a limit on the error keeps the model whose unit it is in', async () => {
  const config = await loadOne(`${SMALLEST}\neffort: fast\nconstraints: { error: 0.1 }`);
  expect(config.errorModel).toBe('output');
  expect(skippedSteps(config, 8)).toEqual(['least-squares rounding']);
});

test('the option wins over the config, the config over what a bundle was built with', async () => {
  const recorded = { effortOf: async () => 'fast' as const };
  expect((await loadOne(`${SMALLEST}\neffort: fast`, { effort: 'best' })).effort).toBe('best');
  expect((await loadOne(`${SMALLEST}\neffort: normal`, recorded)).effort).toBe('normal');
  expect((await loadOne(SMALLEST, recorded)).effort).toBe('fast');
  expect((await loadOne(SMALLEST, { effortOf: async () => undefined })).effort).toBe('normal');
});

test('each level may spend at least as much as the one before', () => {
  const levels = [EFFORT.fast, EFFORT.normal, EFFORT.best];
  for (const key of ['measuredPlans', 'calibrationSamples', 'sensitivityMacs'] as const)
    expect(levels.map((level) => level[key])).toEqual(levels.map((level) => level[key]).sort((a, b) => a - b));
});
