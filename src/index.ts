/** The programming interface of autosplit: the same pipeline that the command line calls. */
export { checkBundle as check } from './check.js';
export { type ConfigOverrides, defineConfig, type LoadOptions, loadConfig, type MergedConfig, type UserConfig } from './config/load.js';
export type { ResolvedConfig } from './config/resolved.js';
export type { DenseConvolution } from './cost/systolic/geometry.js';
export { type Report as SimulationReport, type ScaleSim, simulateV2 } from './cost/systolic/v2.js';
export { documentOf, type Made, make, type Planned, plan, proveAndWrite } from './pipeline.js';
export type { PlanDocument } from './plan-document.js';
export type { Progress, RunOptions, RunStage } from './stage.js';
export { AutosplitError, ERROR_CODES, type ErrorCode } from './util/error.js';
export type { Verification } from './verify/index.js';
