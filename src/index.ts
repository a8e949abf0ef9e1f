/** The programming interface of autosplit: the same pipeline that the command line calls. */
export {
  type BuildResult,
  build,
  type CheckResult,
  type CompareOptions,
  type ConfigOptions,
  check,
  compare,
  type PlanOptions,
  plan,
  type WorkOptions,
} from './api/index.js';
export {
  type ConfigOverrides,
  defineConfig,
  type LoadOptions,
  loadConfig,
  type MergedConfig,
  type UserConfig,
} from './config/load.js';
export type {
  CloudPreset,
  Device,
  EdgePreset,
  LinkPreset,
  PresetKind,
  PresetOf,
  SourcedNumber,
} from './config/preset.js';
export { type LoadedPreset, listPresets, loadPreset } from './config/preset-load.js';
export type { ResolvedConfig } from './config/resolved.js';
export type { DenseConvolution } from './cost/systolic/geometry.js';
export { type Report as SimulationReport, type ScaleSim, simulateV2 } from './cost/systolic/v2.js';
export type { CompareDocument } from './documents/compare.js';
export type { PlanDocument } from './documents/plan.js';
export type { Metric, MetricTensor } from './metrics/user.js';
export type { ProgressEvent } from './progress/events.js';
export type { Port, PortType, SplitSpec, WeightPart, WireTensor } from './runtime/spec.js';
export type { CloudSide, EdgeSide, SideModel } from './targets/side.js';
export type { QuantizationTable, QuantizedTensor } from './targets/table.gen.js';
export {
  type CloudTarget,
  type CloudTargetDefinition,
  defineCloudTarget,
  defineEdgeTarget,
  type EdgeRun,
  type EdgeTarget,
  type EdgeTargetDefinition,
  type TargetFiles,
} from './targets/target.js';
export {
  AutosplitError,
  type AutosplitErrorOptions,
  ERROR_CODES,
  type ErrorCode,
  type SourceLocation,
} from './util/error.js';
export type { FileContent } from './util/files.js';
export type { Verification } from './verify/index.js';
