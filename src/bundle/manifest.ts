import type { PresetKind, PresetOrigin } from '../config/preset.js';
import type { PlanDocument } from '../documents/plan.js';
import type { Verified } from '../documents/report.js';
import type { WeightPart, WireTensor } from '../runtime/spec.js';
import { canonicalJson, sha256 } from '../util/files.js';

/** What a bundle was made from, as its manifest records it. */
export interface InputDigests {
  config: Record<string, unknown>;
  /** Numbers that were planned with, and the presets that they come from. */
  presets: Record<string, unknown>;
  presetVersions: Partial<Record<PresetKind, PresetOrigin>>;
  model: Record<string, string>;
  calibration: Record<string, string>;
  validation?: Record<string, string>;
  /** What the metric imports. */
  metricImports?: Record<string, string>;
  /** Tables of latencies and the trace of the link. */
  measurements?: Record<string, string>;
  /** Where targets come from that are not of autosplit. */
  targets?: Partial<Record<'edge' | 'cloud', TargetOrigin>>;
}

/** The package or file of a target, and the SHA-256 of all that lies in it. */
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
  /** What edge/weights.bin holds. */
  weights?: WeightPart[];
  targets: { edge: string; cloud?: string };
  /** A manifest of an older version has none. */
  deployable?: PlanDocument['deployable'];
  plan: Omit<PlanDocument, 'deployable' | 'frontier' | 'candidates' | 'payload'>;
  inputs: InputDigests;
  verification?: Verified;
  files: Record<string, string>;
  checksum: string;
}

/** What of a verification is the same on every machine. */
export const recorded = ({ samples, notRun, wireBytes, outputDifference, outputs }: Verified): Verified => ({
  samples,
  ...(notRun && { notRun }),
  wireBytes,
  outputDifference,
  outputs,
});

export const MANIFEST = 'split-manifest.json';

/**
 * SHA-256 of what both sides must share: the cut, its quantizers, and the digests of the generated models. Not of the
 * inputs: what leaves the sides as they are does not part them.
 */
export function manifestDigest(shared: {
  build: string;
  decision: string;
  wire: WireTensor[];
  models: Record<string, string>;
}): string {
  return sha256(new TextEncoder().encode(canonicalJson(shared)));
}

/** SHA-256 of a manifest itself, without this entry: what `check` knows an edited or wrongly merged one by. */
export function manifestChecksum({
  checksum: _,
  ...rest
}: Omit<SplitManifest, 'checksum'> & { checksum?: string }): string {
  return sha256(new TextEncoder().encode(canonicalJson(rest)));
}
