import type { Layer } from '../../onnx/graph.js';
import { spreadIndices } from '../../util/spread.js';
import type { LayerProfile, TensorProfile } from '../profile.js';

/** What of a model is run to learn how sensitive its outputs are. */
export interface SensitivityEffort {
  /** Samples whose outputs are compared, at most. */
  samples: number;
  /** Whether bit-widths are run each, or one of each layer and tensor, from which the others follow. */
  everyWidth: boolean;
}

/** Weights of a model whose rest is loaded anew behind each layer. */
const MAX_WEIGHTS = 32e6;
/**
 * Widths of a usual device: what can be afforded must not hang on those that are wanted, so that it holds for all of
 * them.
 */
const USUAL_BITS = [2, 3, 4, 5, 6, 8];
/** Samples that are compared. */
const [MIN_SAMPLES, MAX_SAMPLES] = [8, 32];
/** Samples that must do where one width is run. */
const FEWEST_SAMPLES = 2;
/** Samples that layers are rounded for, as when weights are refined. */
const ROUNDED_SAMPLES = 64;

/**
 * What can be afforded; undefined where that is nothing.
 * @param mostMacs multiply-adds that may be spent: with 1e12, half a minute to a minute on one core of a PC
 */
export function affordableEffort(
  layers: readonly Layer[],
  profiles: readonly LayerProfile[],
  tensors: ReadonlyMap<string, TensorProfile>,
  mostMacs: number,
): SensitivityEffort | undefined {
  if (profiles.reduce((sum, { weightElements }) => sum + weightElements, 0) > MAX_WEIGHTS) return undefined;
  const macsBehind = profiles.map(() => 0);
  for (let i = profiles.length - 2; i >= 0; i--) macsBehind[i] = macsBehind[i + 1] + profiles[i + 1].shape.macs;
  const macs = (everyWidth: boolean) =>
    profiles.reduce((sum, { shape, weightElements }, i) => {
      const runs = widthsToRun(USUAL_BITS, everyWidth).length;
      const ofWeights = weightElements > 0 ? shape.macs + macsBehind[i] : 0;
      const outputs = layers[i].outputs.filter((name) => tensors.get(name)?.quantizers.size).length;
      return sum + runs * (ofWeights + outputs * macsBehind[i]);
    }, 0);
  const affordable = (perSample: number) => Math.min(MAX_SAMPLES, Math.floor(mostMacs / Math.max(1, perSample)));
  const all = affordable(macs(true));
  if (all >= MIN_SAMPLES) return { samples: all, everyWidth: true };
  const one = affordable(macs(false));
  return one >= FEWEST_SAMPLES ? { samples: one, everyWidth: false } : undefined;
}

/**
 * Splits samples into those that layers are rounded for and those whose outputs are compared: what was learnt on a few
 * says little of what it does to others. Where there are too few to split, all serve for both.
 */
export function splitSamples(count: number, { samples }: SensitivityEffort): { rounded: number[]; compared: number[] } {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count < 2 * MIN_SAMPLES) return { rounded: all, compared: spreadIndices(count, samples) };
  const compared = spreadIndices(count, Math.min(samples, Math.floor(count / 3)));
  const taken = new Set(compared);
  const others = all.filter((index) => !taken.has(index));
  return { rounded: spreadIndices(others.length, ROUNDED_SAMPLES).map((i) => others[i]), compared };
}

/** Up to these bits, errors stand out of what processors make different in the last bits of two runs. */
const MAX_RUN_BITS = 5;
/**
 * The width that is run where one must do, or where only wide ones are wanted: errors there are large enough to stand
 * out, and small enough to be like those of its neighbours.
 */
export const TELLING_BITS = 4;

/** Widths that are run; those of the others follow from them. */
export function widthsToRun(widths: readonly number[], everyWidth: boolean): number[] {
  const few = everyWidth ? widths.filter((bits) => bits <= MAX_RUN_BITS) : [];
  return few.length > 0 ? few : [TELLING_BITS];
}
