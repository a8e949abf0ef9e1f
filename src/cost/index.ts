/**
 * Seconds, joules and dollars of a layer or a transfer, by the model that a preset names: systolic/ (SCALE-Sim),
 * roofline or measured tables. This file gives the costs of both sides to formulate/.
 */

import type { LayerShape } from '../calibrate/profile.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { kindOf } from '../ops/index.js';
import type { OperandBits } from './device.js';
import { edgeJoules } from './energy.js';
import { type PlannedBits, refuseMissingLayers, tableSeconds } from './latency-table.js';
import { cloudSeconds, edgeSeconds, inferenceSeconds } from './layer.js';

/** A layer as costs know it. */
export interface CostedLayer {
  name: string;
  shape: LayerShape;
}

/** Refuses tables of latencies that lack layers, before anything is computed. */
export function checkTables(
  { edge, cloud }: Pick<ResolvedConfig, 'edge' | 'cloud'>,
  layers: readonly { name: string; op: string }[],
): void {
  if (edge.latency) refuseMissingLayers('edge.latency', edge.latency, layers);
  if (cloud.latency) refuseMissingLayers('cloud.latency', cloud.latency, layers);
}

/**
 * Seconds and joules of a layer on the edge: by its table of latencies where the config names one, else by the cost
 * model of its preset. Joules are left out where the device states none.
 * @param operands the bits of what the layer reads and writes, which `planned` stands for
 * @returns undefined where the table does not list the layer at these bits
 */
export function edgeCost(
  { preset, latency }: ResolvedConfig['edge'],
  { name, shape }: CostedLayer,
  planned: PlannedBits,
  operands: OperandBits,
): { seconds: number; joules?: number } | undefined {
  const seconds = latency
    ? (tableSeconds(latency, name, planned) ?? (kindOf(shape.op).isFree ? 0 : undefined))
    : preset.kind === 'table'
      ? undefined
      : edgeSeconds(preset, shape, operands);
  if (seconds === undefined) return undefined;
  const joules = kindOf(shape.op).isFree ? 0 : edgeJoules(preset, shape, operands, seconds);
  return { seconds, ...(joules !== undefined && { joules }) };
}

/** Seconds of an inference on one side beside those of its layers. */
export const inferenceCost = ({ preset, latency }: ResolvedConfig['edge'] | ResolvedConfig['cloud']): number =>
  latency || preset.kind === 'table' ? 0 : inferenceSeconds(preset);

/** Seconds of a layer in the cloud. */
export function cloudCost({ preset, latency }: ResolvedConfig['cloud'], { name, shape }: CostedLayer): number {
  if (latency) return tableSeconds(latency, name) ?? 0;
  if (preset.kind === 'table') throw new Error(`the cloud device ${preset.name} has neither a cost model nor a table`);
  return cloudSeconds(preset, shape);
}
