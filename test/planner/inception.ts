import type { PlanningLayer, PlanningProblem, PlanningTensor } from '../../src/planner/core/problem.js';
import { randomNumbers } from './random-problem.js';

export interface InceptionShape {
  seed: number;
  /** Blocks of parallel branches that join again. */
  blocks: number;
  branches: number;
  /** Layers of the longest branch. */
  depth: number;
  activationBits?: number[];
}

/**
 * A network of Inception-like blocks with plausible costs: maps shrink, weights grow, a slow device, a fast cloud, a 3
 * Mbps link.
 */
export function inception({ seed, blocks, branches, depth, activationBits = [8] }: InceptionShape): PlanningProblem {
  const { below, unit } = randomNumbers(seed);
  const layers: PlanningLayer[] = [];
  const tensors: PlanningTensor[] = [];
  const tensor = (name: string, producer: number, elements: number, isOutput = false) => {
    const wire = (producer < 0 ? [8] : [2, 3, 4, 5, 6, 8]).flatMap((bits) => {
      const raw = Math.ceil((elements * bits) / 8);
      const error = 2e-3 * 4 ** -(bits - 2) * (0.5 + unit());
      return [
        { bits, encoding: 'raw', bytes: raw, error },
        { bits, encoding: 'deflate', bytes: Math.ceil(raw * (0.35 + 0.4 * unit())), error },
      ];
    });
    tensors.push({
      name,
      elements,
      producer,
      isOutput,
      inputBits: 8,
      wire,
      downlinkBytes: isOutput ? elements * 4 : 0,
    });
    return tensors.length - 1;
  };
  const layer = (
    name: string,
    inputs: number[],
    elements: number,
    parameters: number,
    macs: number,
    isOutput = false,
  ) => {
    const i = layers.length;
    layers.push({
      name,
      inputs,
      outputs: [],
      placement: 'either',
      options: [2, 4, 6, 8].flatMap((weightBits) =>
        activationBits.map((bits) => ({
          weightBits,
          activationBits: bits,
          seconds: macs / 17e9 + (parameters * weightBits) / 8e9 + (elements * bits) / 8e9,
          weightBytes: Math.ceil((parameters * weightBits) / 8) + 64,
          error: (1e-3 * 4 ** -(weightBits - 2) + 1e-4 * 4 ** -(bits - 4)) * (0.2 + unit()),
        })),
      ),
      cloudSeconds: macs / 40e12 + 2e-6,
    });
    layers[i].outputs.push(tensor(`${name}:out`, i, elements, isOutput));
    return layers[i].outputs[0];
  };
  let side = 112;
  let channels = 64;
  let from = layer('stem', [tensor('image', -1, 224 * 224 * 3)], side * side * channels, 9408, 118e6);
  for (let b = 0; b < blocks; b++) {
    if (side > 7 && b % Math.ceil(blocks / 5) === 0) side = Math.ceil(side / 2);
    channels = Math.min(1024, channels + 32 + below(48));
    const ends: number[] = [];
    for (let k = 0; k < branches; k++) {
      let at = from;
      const length = 1 + below(depth);
      const width = Math.ceil(channels / branches) * (1 + below(2));
      for (let d = 0; d < length; d++) {
        const parameters = width * width * (d === 0 ? 4 : 9);
        at = layer(`block${b}.branch${k}.${d}`, [at], side * side * width, parameters, side * side * parameters);
      }
      ends.push(at);
    }
    from = layer(`block${b}.concat`, ends, side * side * channels, 0, side * side * channels);
  }
  layer('fc', [from], 1000, channels * 1000, channels * 1000, true);
  return {
    layers,
    tensors,
    link: { fixedSeconds: 0.02, secondsPerByteUp: 8 / 3e6, secondsPerByteDown: 8 / 10e6 },
    deliver: 'edge',
    limits: {},
    activationMemory: 'live',
    cuts: 'closed',
  };
}
