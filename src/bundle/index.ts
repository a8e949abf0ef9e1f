import type { ResolvedConfig } from '../config/resolved.js';
import type { Layer } from '../onnx/graph.js';
import type { PlanDocument } from '../plan-document.js';
import type { Profile } from '../profile/profile.js';
import type { QuantizedSplit } from '../quantize/index.js';
import type { SplitSpec } from '../runtime/spec.js';
import { canonicalJson, contentDigest, type FileContent } from '../util/files.js';
import type { InputDigests } from './inputs.js';
import { MANIFEST, manifestChecksum, manifestDigest, type SplitManifest } from './manifest.js';
import { cloudModelFiles, cloudRuntimeFiles } from './node/index.js';
import { edgeModelFiles, edgeRuntimeFiles } from './onnxruntime-node/index.js';
import { ownPackage } from './shipped.js';
import { quantizationTable, tableCsv } from './table.js';

/** The generated files of one build, by path, and what describes them. */
export interface Bundle {
  files: Map<string, FileContent>;
  spec: SplitSpec;
  manifest: SplitManifest;
}

export interface BundleSources {
  config: ResolvedConfig;
  layers: readonly Layer[];
  profile: Profile;
  split: QuantizedSplit;
  document: PlanDocument;
  inputs: InputDigests;
}

/** Makes the files of both halves, the table and the manifest. Same sources, same bytes. */
export async function makeBundle({ config, layers, profile, split, document, inputs }: BundleSources): Promise<Bundle> {
  const edge = edgeModelFiles(split);
  const cloud = cloudModelFiles(split);
  const files = new Map<string, FileContent>([...under('edge', edge.files), ...under('cloud', cloud.files)]);
  const { decision } = split.decision;
  const digest = manifestDigest({ build: config.name, decision, wire: split.wire, models: await digests(files) });
  const spec: SplitSpec = {
    version: 1,
    name: config.name,
    decision,
    digest,
    inputs: split.inputs,
    outputs: split.outputs,
    wire: split.wire,
    edgeOutputs: split.edge?.outputs ?? [],
    cloudOutputs: split.cloud?.outputs ?? [],
    deliver: config.deliver,
    ...(edge.spec && { edge: edge.spec }),
    ...(cloud.spec && { cloud: cloud.spec }),
  };
  for (const [name, content] of under('edge', edgeRuntimeFiles(spec))) files.set(name, content);
  if (cloud.spec) for (const [name, content] of under('cloud', cloudRuntimeFiles(spec))) files.set(name, content);
  const table = quantizationTable(split, layers, profile);
  files.set('quantization-table.json', text(canonicalJson(table)));
  files.set('quantization-table.csv', text(tableCsv(table)));
  const { frontier: _, ...plan } = document;
  const unsigned: Omit<SplitManifest, 'checksum'> = {
    version: 1,
    generator: `autosplit ${ownPackage().version}`,
    build: config.name,
    digest,
    decision,
    wire: split.wire,
    ...(edge.spec && { weights: edge.spec.weights.parts }),
    targets: { edge: config.edge.target, ...(cloud.spec && { cloud: config.cloud.target }) },
    plan,
    inputs,
    files: await digests(files),
  };
  const manifest = { ...unsigned, checksum: manifestChecksum(unsigned) };
  files.set(MANIFEST, text(canonicalJson(manifest)));
  return { files, spec, manifest };
}

const text = (content: string) => new TextEncoder().encode(content);

const under = (folder: string, files: ReadonlyMap<string, FileContent>): [string, FileContent][] =>
  [...files].map(([name, content]) => [`${folder}/${name}`, content]);

async function digests(files: ReadonlyMap<string, FileContent>): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const name of [...files.keys()].sort()) sums[name] = await contentDigest(files.get(name) as FileContent);
  return sums;
}
