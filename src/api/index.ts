/**
 * The only driver: builds, plans, compares, explains, checks, rebuilds, reports and profiles. Programs call the
 * functions here. cli/ and plugin/ call the generators in the files beside it, which yield each result as soon as it
 * exists.
 */

import type { CompareDocument } from '../documents/compare.js';
import type { PlanDocument } from '../documents/plan.js';
import { type BuildResult, builds } from './build.js';
import { type CheckResult, checks } from './check.js';
import type { CompareOptions, ConfigOptions, PlanOptions, WorkOptions } from './options.js';
import { comparisons, plans } from './plans.js';
import { collect } from './run.js';

export type { BuildResult } from './build.js';
export type { CheckResult } from './check.js';
export type { CompareOptions, ConfigOptions, PlanOptions, WorkOptions } from './options.js';

/**
 * `autosplit build`: plans, quantizes, writes and verifies the bundle of every build, in the order of the config. A
 * bundle replaces the old one as a whole; if a build fails, the old bundle stays.
 * @throws AutosplitError any of {@link ERROR_CODES}; INFEASIBLE where no plan meets the constraints,
 * VERIFICATION_FAILED where the sides do not reproduce the result
 */
export async function build(options: WorkOptions = {}): Promise<BuildResult[]> {
  return (await collect(builds(options))).map(({ result }) => result);
}

/**
 * `autosplit plan`: finds cut, bits and predicted times of every build and writes nothing. With `measured`, or if a
 * build has selected a plan before, the plan is the one that `build` writes. Otherwise it is the plan that is predicted
 * to meet the accuracy limit.
 * @throws AutosplitError INFEASIBLE where no plan meets the constraints, and whatever is wrong with the inputs
 */
export const plan = (options: PlanOptions = {}): Promise<PlanDocument[]> => collect(plans(options));

/**
 * `autosplit compare`: the plan of every build beside those of other methods, by the same accounting. With `sweep`, a
 * build without a plan is not an error: `infeasible` gives the reason.
 * @throws AutosplitError USAGE if `sweep` is not a range, INFEASIBLE if no plan meets the constraints, and any error of
 * the inputs
 */
export const compare = (options: CompareOptions = {}): Promise<CompareDocument[]> => collect(comparisons(options));

/**
 * `autosplit check`: tells whether the committed bundle of every build matches its inputs. It compares digests of files
 * and runs no model.
 * @throws AutosplitError BUNDLE_MISSING if there is no bundle
 */
export const check = (options: ConfigOptions = {}): Promise<CheckResult[]> => collect(checks(options));
