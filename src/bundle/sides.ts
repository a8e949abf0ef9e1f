import type { QuantizedSplit } from '../quantize/index.js';
import type { SplitSpec } from '../runtime/spec.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import type { CloudSide, EdgeSide } from '../targets/side.js';
import type { QuantizationTable } from '../targets/table.gen.js';
import { contentDigest, type FileContent } from '../util/files.js';
import { manifestDigest } from './manifest.js';
import { cloudModel, edgeModel } from './side.js';

export interface SideSources extends Pick<SplitSpec, 'name' | 'deliver'>, Pick<EdgeCapabilities, 'kernels'> {
  split: QuantizedSplit;
  table: QuantizationTable;
  /** Threads that the plan assumes of either machine. */
  edge?: { threads?: number };
  cloud?: { threads?: number };
}

/** The arguments of both targets' `files`. */
export interface Sides {
  spec: SplitSpec;
  edgeSide: EdgeSide;
  /** Absent where the edge computes everything. */
  cloudSide?: CloudSide;
}

/** Writes the models of both sides and their common description. */
export async function makeSides({ name, deliver, kernels, split, table, ...threads }: SideSources): Promise<Sides> {
  const edge = edgeModel(split, { kernels });
  const cloud = cloudModel(split);
  const { decision } = split.decision;
  const models = await digests(new Map([...under('edge', edge?.model.files), ...under('cloud', cloud?.model.files)]));
  const spec: SplitSpec = {
    version: 1,
    name,
    decision,
    digest: manifestDigest({ build: name, decision, wire: split.wire, models }),
    inputs: split.inputs,
    outputs: split.outputs,
    wire: split.wire,
    edgeOutputs: split.edge?.outputs ?? [],
    cloudOutputs: split.cloud?.outputs ?? [],
    deliver,
    ...(edge && { edge: { ...edge.spec, ...threads.edge } }),
    ...(cloud && { cloud: { ...cloud.spec, ...threads.cloud } }),
  };
  return {
    spec,
    edgeSide: { spec, table, ...(edge && { model: edge.model }) },
    ...(cloud && { cloudSide: { spec, table, model: cloud.model } }),
  };
}

/** Files of a side by their paths in the bundle. */
export const under = (
  folder: 'edge' | 'cloud',
  files: Readonly<Record<string, FileContent>> = {},
): [string, FileContent][] => Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]);

/** Hex SHA-256 of files, sorted by path. */
export async function digests(files: ReadonlyMap<string, FileContent>): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const name of [...files.keys()].sort()) sums[name] = await contentDigest(files.get(name) as FileContent);
  return sums;
}
