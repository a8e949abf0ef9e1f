import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { alternativesTo } from '../../src/pipeline/alternatives.js';
import { documentOf } from '../../src/pipeline/document.js';
import { accuracyLimit } from '../../src/select/index.js';
import { withTemporaryFolder } from '../../src/util/exit.js';
import { comparison } from '../../src/whatif/comparison.js';
import { explanation } from '../../src/whatif/explain.js';
import { type AnswerContext, type Solved, withAnswer } from '../../src/whatif/index.js';
import { countingCache } from '../counting-cache.js';
import { npy } from '../e2e/npy.js';
import { scratch } from '../e2e/project.js';
import { random } from '../onnx/harness.js';
import { smallNetwork } from '../shared.js';

const SHAPE = [1, 3, 32, 32];

let folder: string;
beforeAll(() => {
  folder = scratch();
  const next = random(1);
  mkdirSync(path.join(folder, 'samples'));
  for (let i = 0; i < 8; i++) {
    const values = Float32Array.from({ length: 3 * 32 * 32 }, () => next() - 0.5);
    writeFileSync(path.join(folder, `samples/${i}.npy`), npy(SHAPE, values));
  }
  const config = {
    model: smallNetwork('classifier'),
    calibration: { inputs: 'samples/*.npy' },
    edge: { preset: 'eyeriss', bits: { weights: [8], wire: [8] } },
    link: { preset: '3g' },
    cloud: { preset: 'nvidia-t4' },
    split: { after: ['sum.relu'] },
    effort: 'fast',
  };
  writeFileSync(path.join(folder, 'autosplit.config.json'), JSON.stringify(config));
});

test('the predicted plan of another link is measured where the same plan was measured before', async () => {
  const cache = countingCache();
  const stages: string[] = [];
  const answer = async <T>(
    rtt: string,
    work: (solved: Solved, measure: () => Promise<unknown>, context: AnswerContext) => T | Promise<T>,
  ) => {
    const [config] = await loadConfig({ cwd: folder, overrides: { link: { preset: '3g', rtt } } });
    return withTemporaryFolder('autosplit', (workDir) =>
      withAnswer(
        config,
        {
          run: async (title, stage) => {
            stages.push(title);
            return stage(() => {});
          },
          workDir,
          cache,
          measured: rtt === '100 ms',
        },
        (found, context) => {
          if (!found.plan) throw found.refusal;
          const { limit } = accuracyLimit(config, found.scorer);
          return work(found, async () => context.planEvaluator?.measure(found.predicted, limit, () => {}), context);
        },
      ),
    );
  };
  const before = await answer('90 ms', ({ selection, known }) => ({ selection, known }));
  expect(before).toEqual({ selection: undefined, known: undefined });
  const measured = await answer('100 ms', (_, measure) => measure());

  stages.length = 0;
  cache.computed();
  const { plan, predicted, selection, known } = await answer('90 ms', (solved) => solved);
  expect([plan, selection]).toEqual([predicted, undefined]);
  expect(known).toMatchObject({ plan, evaluation: measured, measured: [{ plan, evaluation: measured }] });
  expect(cache.computed()).toEqual({});

  const documents = await answer('90 ms', async (solved, _, context) => ({
    plan: documentOf(solved, alternativesTo(solved, solved.known), solved.known),
    compared: await comparison(solved, { measured: false }, context),
    explained: explanation(solved),
  }));
  expect(documents.plan).toMatchObject({ accuracySource: 'measured', accuracy: measured });
  expect(documents.plan).not.toHaveProperty('certificate');
  // Nothing was selected by measuring: the other plans of this link were not run.
  expect(documents.explained).toMatchObject({ accuracySource: 'measured', measured: false });
  expect(documents.compared).toMatchObject({ accuracySource: 'measured', measured: false });
  expect(documents.compared.methods[0].plan).toMatchObject({ accuracy: measured });
});
