import type { PlanDocument } from '../plan-document.js';
import type { WeightPart, WireTensor } from '../runtime/spec.js';
import { canonicalJson, sha256 } from '../util/files.js';
import type { InputDigests } from './inputs.js';

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

/** What two processes did with samples, as verification reports it; verify/ comes after this stage. */
export interface Verified {
  samples: number;
  /** Halves whose target does not say how to run them: onnxruntime has run their models in their place. */
  notRun?: ('edge' | 'cloud')[];
  wireBytes: number;
  outputDifference: number;
  outputs: { name: string; sqnr: number | null; top1Agreement: number | null; equalSamples: number }[];
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
 * SHA-256 of what both halves must share: the cut, its quantizers, and the digests of the generated models. Not of the inputs:
 * what leaves the halves as they are does not part them.
 */
export function manifestDigest(shared: { build: string; decision: string; wire: WireTensor[]; models: Record<string, string> }): string {
  return sha256(new TextEncoder().encode(canonicalJson(shared)));
}

/** SHA-256 of a manifest itself, without this entry: what `check` knows an edited or wrongly merged one by. */
export function manifestChecksum({ checksum: _, ...rest }: Omit<SplitManifest, 'checksum'> & { checksum?: string }): string {
  return sha256(new TextEncoder().encode(canonicalJson(rest)));
}
