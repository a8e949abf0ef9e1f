import type { PresetKind, PresetOrigin } from '../config/preset.js';
import type { PlanDocument } from '../documents/plan.js';
import type { Verified } from '../documents/report.js';
import type { WeightPart, WireTensor } from '../runtime/spec.js';
import { canonicalJson, sha256 } from '../util/files.js';

/** The inputs of a build, as the manifest records them. */
export interface InputDigests {
  config: Record<string, unknown>;
  /** Numbers of devices and link, and the presets that they come from. */
  presets: Record<string, unknown>;
  presetVersions: Partial<Record<PresetKind, PresetOrigin>>;
  model: Record<string, string>;
  calibration: Record<string, string>;
  validation?: Record<string, string>;
  /** Files that the metric imports. */
  metricImports?: Record<string, string>;
  /** Tables of latencies and the trace of the link. */
  measurements?: Record<string, string>;
  /** Packages and files of targets that do not come with autosplit. */
  targets?: Partial<Record<'edge' | 'cloud', TargetOrigin>>;
}

/** The package or file of a target, with the SHA-256 of its content. */
export interface TargetOrigin {
  name: string;
  version?: string;
  sha256: string;
}

/** split-manifest.json; schemas/manifest.schema.json describes it. */
export interface SplitManifest {
  version: 1;
  generator: string;
  build: string;
  digest: string;
  decision: 'split' | 'edge-only' | 'cloud-only';
  wire: WireTensor[];
  /** Parts of edge/weights.bin. */
  weights?: WeightPart[];
  targets: { edge: string; cloud?: string };
  /** Absent in manifests of older versions. */
  deployable?: PlanDocument['deployable'];
  plan: Omit<PlanDocument, 'deployable' | 'frontier' | 'candidates' | 'payload'>;
  inputs: InputDigests;
  verification?: Verified;
  files: Record<string, string>;
  checksum: string;
}

/** The results of a verification that are the same on every machine. */
export const recorded = ({ samples, notRun, wireBytes, outputDifference, outputs }: Verified): Verified => ({
  samples,
  ...(notRun && { notRun }),
  wireBytes,
  outputDifference,
  outputs,
});

export const MANIFEST = 'split-manifest.json';

/**
 * SHA-256 of what both sides must have in common: the cut, its quantizers, and the generated models. It does not cover
 * the inputs: sides of two builds that differ in none of this work together.
 */
export function manifestDigest(shared: {
  build: string;
  decision: string;
  wire: WireTensor[];
  models: Record<string, string>;
}): string {
  return sha256(new TextEncoder().encode(canonicalJson(shared)));
}

/** SHA-256 of a manifest without this entry: `check` compares it to find manifests that were edited or merged. */
export function manifestChecksum({
  checksum: _,
  ...rest
}: Omit<SplitManifest, 'checksum'> & { checksum?: string }): string {
  return sha256(new TextEncoder().encode(canonicalJson(rest)));
}
