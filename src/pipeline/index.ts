/**
 * The list of stages: prepare, solve, choose, make, prove. artefacts.ts says what they hand on, plan-evaluator.ts
 * measures plans by running them, cache.ts and keys.ts keep what was computed between builds.
 */

import { makeBundle } from '../bundle/index.js';
import { targetsOf } from '../bundle/targets.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { checkTables } from '../cost/index.js';
import { planningProblem } from '../formulate/index.js';
import { inputDigests, metricImports } from '../freshness/inputs.js';
import { loadModel } from '../frontend/index.js';
import { refuseEncoding, sharedBits } from '../targets/index.js';
import { alternativesTo } from './alternatives.js';
import type { Made, Planned, Prepared } from './artefacts.js';
import { choose } from './choose.js';
import { documentOf } from './document.js';
import type { RunOptions } from './options.js';
import { openPlanEvaluator } from './plan-evaluator.js';
import { openData, profileModel } from './prepare.js';
import { solve } from './solve.js';

/** config -> frontend -> samples -> calibrate -> cost -> formulate: the planning problem. */
export async function prepare(config: ResolvedConfig, options: RunOptions): Promise<Prepared> {
  const { run, workDir, cache } = options;
  const targets = await targetsOf(config);
  refuseEncoding(config.input.encoding, targets.edge, targets.cloud);
  const bits = sharedBits(config.edge.bits, targets.edge);
  const loaded = await run('Read and optimise the model', (progress) => loadModel(config, workDir, progress, cache));
  checkTables(config, loaded.layers);
  const data = await run('Open the samples', () => openData(config, loaded, options));
  const profile = await run('Calibrate on the samples', (progress) =>
    profileModel({ config, targets, bits, loaded, ...data }, { ...options, progress }),
  );
  const problem = planningProblem({ config, targets, bits, graph: loaded.model.graph, ...loaded, profile });
  return { config, targets, loaded, ...data, profile, problem };
}

/** {@link prepare} -> planner. */
export const plan = async (config: ResolvedConfig, options: RunOptions): Promise<Planned> =>
  solve(await prepare(config, options), options);

/** quantize -> evaluate -> select -> bundle; nothing is written outside `workDir`. */
export async function make(planned: Planned, options: RunOptions): Promise<Made> {
  const { config, loaded } = planned;
  const { run } = options;
  const planEvaluator = await openPlanEvaluator(planned, options);
  try {
    const selection = await choose(planned, planEvaluator, options);
    const split = await run('Quantize the plan', (progress) => planEvaluator.quantize(selection.plan, progress));
    const document = documentOf(planned, alternativesTo(planned, selection), selection);
    const inputs = await inputDigests(config, loaded.files, await metricImports(config));
    const bundle = await run('Generate the bundle', () =>
      makeBundle({ ...planned, ...loaded, split, document, inputs }),
    );
    return { selection, split, bundle, document };
  } finally {
    await planEvaluator.close();
  }
}
