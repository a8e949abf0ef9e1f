import fc from 'fast-check';
import type {
  EdgeOption,
  PlanningLayer,
  PlanningProblem,
  PlanningTensor,
  WireOption,
} from '../../src/planner/core/problem.js';

/** A small number generator, so that one drawn seed makes one whole problem. */
export function randomNumbers(seed: number) {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(unit() * n);
  return {
    unit,
    below,
    chance: (p: number) => unit() < p,
    pick: <T>(list: readonly T[]): T => list[below(list.length)],
  };
}

export interface Shape {
  layers: number;
  options: number;
  /** Small whole costs, so that many plans tie. */
  ties: boolean;
}

/**
 * A random network with skip connections, several inputs and outputs, pins, coupled wire options and limits that may be
 * impossible.
 */
export function randomProblem(seed: number, { layers: layerCount, options, ties }: Shape): PlanningProblem {
  const { below, chance, pick, unit } = randomNumbers(seed);
  const cost = (scale: number) => (ties ? below(4) * scale : unit() ** 2 * scale * 4);
  const cuts = chance(0.6) ? 'closed' : 'prefixes';
  const deliver = chance(0.5) ? 'edge' : 'cloud';
  const bits = chance(0.5) ? [8] : [2, 4, 8];
  const hasCloudError = chance(0.3);
  const coupling = chance(0.4) ? 0.7 : 0;
  const rarely = chance(0.3) ? 0.1 : 0;
  const moving = chance(0.4) ? 0.4 : 0;

  const tensors: PlanningTensor[] = [];
  const wires = (producer: number, atBits: number[]): WireOption[] => {
    if (chance(rarely)) return [];
    return Array.from({ length: 1 + below(2) }, () => pick(atBits)).map((b) => ({
      bits: b,
      encoding: pick(['raw', 'deflate']),
      bytes: (ties ? 1 + below(5) : 1 + below(4000) / 100) * (producer < 0 ? 3 : 1),
      error: chance(0.3) ? 0 : cost(0.05),
      ...(chance(coupling) ? { activationBits: b } : {}),
    }));
  };
  const newTensor = (producer: number) => {
    tensors.push({
      name: `t${tensors.length}`,
      elements: 1 + below(30),
      producer,
      isOutput: false,
      ...(producer < 0 && chance(0.7) ? { inputBits: 8 } : {}),
      wire: wires(producer, producer < 0 ? [8] : bits),
      ...(chance(0.7) ? { downlinkBytes: below(10) } : {}),
    });
    return tensors.length - 1;
  };
  for (let i = 0; i <= below(2); i++) newTensor(-1);

  const layers: PlanningLayer[] = [];
  for (let i = 0; i < layerCount; i++) {
    const inputs = new Set<number>();
    const reads = chance(0.05) ? 0 : 1 + below(2);
    for (let r = 0; r < reads; r++) inputs.add(chance(0.5) ? tensors.length - 1 : below(tensors.length));
    const count = chance(rarely) ? 0 : 1 + below(options);
    layers.push({
      name: `l${i}`,
      inputs: [...inputs],
      outputs: [],
      moves: chance(moving),
      placement: count === 0 ? 'cloud' : chance(rarely) ? pick(['edge', 'cloud']) : 'either',
      options: Array.from(
        { length: count },
        (): EdgeOption => ({
          weightBits: pick([2, 4, 8]),
          activationBits: pick(bits),
          seconds: cost(0.7),
          weightBytes: below(20),
          error: cost(0.1),
        }),
      ),
      cloudSeconds: cost(1),
      ...(hasCloudError ? { cloudError: cost(0.02) } : {}),
    });
    for (let o = 0; o <= (chance(0.2) ? 1 : 0); o++) layers[i].outputs.push(newTensor(i));
  }
  tensors.forEach((tensor, t) => {
    const isRead = layers.some(({ inputs }) => inputs.includes(t));
    tensor.isOutput = tensor.producer < 0 ? chance(0.05) : isRead ? chance(0.1) : chance(0.85);
    if (cuts === 'prefixes' && chance(0.15) && tensor.producer >= 0) {
      const later = layers
        .map((_, i) => i)
        .filter((i) => i > tensor.producer && layers.every((layer, r) => r > i || !layer.inputs.includes(t)));
      if (later.length > 0 && !tensor.isOutput) tensor.availableFrom = pick(later);
    }
  });
  const pinned = chance(0.1)
    ? { decision: pick(['edge-only', 'cloud-only'] as const) }
    : chance(0.1)
      ? { crossing: tensors.map((_, t) => t).filter(() => chance(0.3)) }
      : undefined;
  return {
    layers,
    tensors,
    link: {
      fixedSeconds: chance(0.6) ? cost(0.5) : 0,
      secondsPerByteUp: chance(0.9) ? 0.05 : 0,
      secondsPerByteDown: 0.03,
    },
    deliver,
    limits: {
      ...(chance(0.7) ? { memoryBytes: below(40 * layerCount) + 10 } : {}),
      ...(chance(0.7) ? { error: unit() * 0.3 * layerCount } : {}),
      ...(chance(0.15) ? { latencySeconds: unit() * 2 * layerCount } : {}),
    },
    activationMemory: chance(0.5) ? 'live' : 'largest',
    cuts,
    ...(pinned ? { pinned } : {}),
  };
}

/** Random problems small enough to try every plan. */
export const smallProblem: fc.Arbitrary<PlanningProblem> = fc
  .tuple(
    fc.integer(),
    fc.constantFrom(
      { layers: 1, options: 3 },
      { layers: 3, options: 3 },
      { layers: 5, options: 3 },
      { layers: 6, options: 2 },
      { layers: 7, options: 2 },
    ),
    fc.boolean(),
  )
  .map(([seed, shape, ties]) => randomProblem(seed, { ...shape, ties }));
