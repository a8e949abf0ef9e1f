import type { Layer } from '../onnx/graph.js';
import { spreadIndices } from '../samples/names.js';
import type { LayerProfile, TensorProfile } from './profile.js';

/** What of a network is run to learn how sensitive its outputs are. */
export interface SensitivityEffort {
  /** Samples whose outputs are compared, at most. */
  samples: number;
  /** Whether every bit-width is run, or one of each layer and tensor, from which the others follow. */
  everyWidth: boolean;
}

/** Multiply-adds spent: half a minute to a minute on one core of a PC. */
const MOST_MACS = 1e12;
/** Samples that are compared. */
const [LEAST_SAMPLES, MOST_SAMPLES] = [8, 32];
/** Samples that must do where one width is run. */
const FEWEST_SAMPLES = 2;
/** Samples that layers are rounded for, as when weights are refined. */
const ROUNDED_SAMPLES = 64;

/** What can be afforded; undefined where that is nothing. */
export function affordableEffort(
  layers: readonly Layer[],
  profiles: readonly LayerProfile[],
  tensors: ReadonlyMap<string, TensorProfile>,
  weightBits: readonly number[],
): SensitivityEffort | undefined {
  const macsBehind = profiles.map(() => 0);
  for (let i = profiles.length - 2; i >= 0; i--) macsBehind[i] = macsBehind[i + 1] + profiles[i + 1].shape.macs;
  const macs = (widths: (all: number) => number) =>
    profiles.reduce((sum, { shape, weightElements }, i) => {
      const ofWeights = weightElements > 0 ? widths(weightBits.length) * (shape.macs + macsBehind[i]) : 0;
      const ofOutputs = layers[i].outputs.reduce((runs, name) => runs + widths(tensors.get(name)?.quantizers.size ?? 0), 0) * macsBehind[i];
      return sum + ofWeights + ofOutputs;
    }, 0);
  const affordable = (perSample: number) => Math.min(MOST_SAMPLES, Math.floor(MOST_MACS / Math.max(1, perSample)));
  const all = affordable(macs((widths) => widths));
  if (all >= LEAST_SAMPLES) return { samples: all, everyWidth: true };
  const one = affordable(macs((widths) => Math.min(1, widths)));
  return one >= FEWEST_SAMPLES ? { samples: one, everyWidth: false } : undefined;
}

/**
 * Splits samples into those that layers are rounded for and those whose outputs are compared: what was learnt on a few says little of
 * what it does to others. Where there are too few to split, all serve for both.
 */
export function splitSamples(count: number, { samples }: SensitivityEffort): { rounded: number[]; compared: number[] } {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count < 2 * LEAST_SAMPLES) return { rounded: all, compared: spreadIndices(count, samples) };
  const compared = spreadIndices(count, Math.min(samples, Math.floor(count / 3)));
  const taken = new Set(compared);
  const others = all.filter((index) => !taken.has(index));
  return { rounded: spreadIndices(others.length, ROUNDED_SAMPLES).map((i) => others[i]), compared };
}

/** The width that is run where one must do: errors there are large enough to stand out, and small enough to be like those of its neighbours. */
const TELLING_BITS = 4;

/** The width closest to the telling one, the larger of two. */
export const tellingWidth = (widths: readonly number[]): number =>
  widths.reduce((best, bits) => (Math.abs(bits - TELLING_BITS) <= Math.abs(best - TELLING_BITS) ? bits : best), widths[0]);
