/**
 * Makes the files of a bundle from a quantized split: those that the targets make of their sides, the quantization
 * table, and the manifest.
 */

import type { Profile } from '../calibrate/profile.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { PlanDocument } from '../documents/plan.js';
import type { Verified } from '../documents/report.js';
import type { Layer } from '../onnx/graph.js';
import type { QuantizedSplit } from '../quantize/index.js';
import type { SplitSpec } from '../runtime/spec.js';
import type { Targets } from '../targets/target.js';
import { filesOfSide } from '../targets/target-files.js';
import { canonicalJson, type FileContent } from '../util/files.js';
import { ownPackage } from '../util/package.js';
import type { InputDigests } from './manifest.js';
import { MANIFEST, manifestChecksum, type SplitManifest } from './manifest.js';
import { digests, makeSides, under } from './sides.js';
import { type SideRuns, sideRuns } from './stand-in.js';
import { quantizationTable, tableCsv } from './table.js';

/** The files of one build by path, with the manifest and how both sides are run. */
export interface Bundle {
  files: Map<string, FileContent>;
  spec: SplitSpec;
  manifest: SplitManifest;
  runs: SideRuns;
}

export interface BundleSources {
  config: ResolvedConfig;
  targets: Targets;
  layers: readonly Layer[];
  profile: Profile;
  equalised: ReadonlySet<string>;
  split: QuantizedSplit;
  document: PlanDocument;
  inputs: InputDigests;
}

/** Makes the files of both sides, the table and the manifest. The same sources give the same bytes. */
export async function makeBundle({
  config,
  targets,
  layers,
  profile,
  equalised,
  split,
  document,
  inputs,
}: BundleSources): Promise<Bundle> {
  const table = quantizationTable(split, layers, profile, equalised);
  const { spec, edgeSide, cloudSide } = await makeSides({
    name: config.name,
    deliver: config.deliver,
    kernels: targets.edge.kernels,
    edge: threadsOf(config.edge, document.deployable.edge),
    cloud: threadsOf(config.cloud, document.deployable.cloud),
    split,
    table,
  });
  const files = new Map<string, FileContent>([
    ...under('edge', await filesOfSide(targets.edge, edgeSide)),
    ...under('cloud', cloudSide && (await filesOfSide(targets.cloud, cloudSide))),
  ]);
  // Git must not convert line ends: the manifest has digests of these bytes.
  files.set('.gitattributes', text('* -text\n'));
  files.set('quantization-table.json', text(canonicalJson(table)));
  files.set('quantization-table.csv', text(tableCsv(table)));
  // What only the report shows is in the report.
  const { deployable, frontier: _, candidates: __, payload: ___, ...plan } = document;
  const unsigned: Omit<SplitManifest, 'checksum'> = {
    version: 1,
    generator: `autosplit ${ownPackage().version}`,
    build: config.name,
    digest: spec.digest,
    decision: spec.decision,
    wire: split.wire,
    ...(spec.edge && { weights: spec.edge.weights.parts }),
    targets: { edge: targets.edge.name, ...(cloudSide && { cloud: targets.cloud.name }) },
    deployable,
    plan,
    inputs,
    files: await digests(files),
  };
  const manifest = { ...unsigned, checksum: manifestChecksum(unsigned) };
  files.set(MANIFEST, text(canonicalJson(manifest)));
  return { files, spec, manifest, runs: await sideRuns(targets, edgeSide, cloudSide) };
}

/** Adds files and the result of the verification to a bundle, and updates the manifest. */
export async function completeBundle(
  { files, manifest, ...bundle }: Bundle,
  added: ReadonlyMap<string, FileContent>,
  verification: Verified,
): Promise<Bundle> {
  const { checksum: _, ...rest } = manifest;
  const unsigned = { ...rest, verification, files: sorted({ ...rest.files, ...(await digests(added)) }) };
  const signed = { ...unsigned, checksum: manifestChecksum(unsigned) };
  return { ...bundle, manifest: signed, files: new Map([...files, ...added, [MANIFEST, text(canonicalJson(signed))]]) };
}

/** Threads that the preset of a device assumes; none where the side does not run on that device. */
function threadsOf(
  { preset }: ResolvedConfig['edge'] | ResolvedConfig['cloud'],
  runsThere: boolean,
): { threads?: number } {
  const threads = preset.threads ?? (preset.kind === 'measured' ? preset.machine?.threads : undefined);
  return runsThere && threads !== undefined ? { threads } : {};
}

const text = (content: string) => new TextEncoder().encode(content);

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
