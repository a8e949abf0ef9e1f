/**
 * The only driver: builds, plans, compares, explains, checks, rebuilds, reports and profiles. The functions here are
 * what programs call; cli/ and plugin/ call the generators beside them, which give each result as soon as it is there.
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
 * `autosplit build`: plans, quantizes, writes and verifies the bundles of a config, in the order of its builds. A
 * bundle is put in place as a whole, or the old one stays.
 * @throws AutosplitError any of {@link ERROR_CODES}; INFEASIBLE where no plan meets the constraints,
 * VERIFICATION_FAILED where the sides do not reproduce the result
 */
export async function build(options: WorkOptions = {}): Promise<BuildResult[]> {
  return (await collect(builds(options))).map(({ result }) => result);
}

/**
 * `autosplit plan`: cut, bits and predicted times of every build; nothing is written. It is the plan that `measured`
 * selects or that a build has selected before, from the cache; else the one that is predicted to hold the accuracy.
 * @throws AutosplitError INFEASIBLE where no plan meets the constraints, and whatever is wrong with the inputs
 */
export const plan = (options: PlanOptions = {}): Promise<PlanDocument[]> => collect(plans(options));

/**
 * `autosplit compare`: the plan of every build beside the methods of the field, by the same accounting. With `sweep`, a
 * build without a plan is no error: `infeasible` says why, and the sweep where there is one.
 * @throws AutosplitError USAGE for a range that is none, INFEASIBLE where no plan meets the constraints, and whatever
 * is wrong with the inputs
 */
export const compare = (options: CompareOptions = {}): Promise<CompareDocument[]> => collect(comparisons(options));

/**
 * `autosplit check`: whether the bundle of every build is what its inputs give. Reads files, computes nothing.
 * @throws AutosplitError BUNDLE_MISSING where there is none
 */
export const check = (options: ConfigOptions = {}): Promise<CheckResult[]> => collect(checks(options));
