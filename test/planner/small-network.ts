import type { PlanningProblem } from '../../src/planner/core/problem.js';

/**
 * image -> first -> (a) -> second -> (b) -> join(a, b) -> out: `a` is a skip connection.
 * Sizes at 8 bits: image 100, a 40, b 20, out 10 bytes.
 */
export function smallNetwork(changes: Partial<PlanningProblem> = {}): PlanningProblem {
  const options = (seconds: number, weights: number) => [
    { weightBits: 8, activationBits: 8, seconds, weightBytes: weights, error: 0.01 },
    { weightBits: 4, activationBits: 4, seconds, weightBytes: weights / 2, error: 0.1 },
  ];
  const wire = (bytes: number) => [
    { bits: 8, encoding: 'raw', bytes, error: 0 },
    { bits: 4, encoding: 'raw', bytes: bytes / 2, error: 0.02 },
  ];
  return {
    layers: [
      { name: 'first', inputs: [0], outputs: [1], placement: 'either', options: options(1, 100), cloudSeconds: 0.1 },
      { name: 'second', inputs: [1], outputs: [2], placement: 'either', options: options(2, 200), cloudSeconds: 0.2 },
      { name: 'join', inputs: [1, 2], outputs: [3], placement: 'either', options: options(4, 0), cloudSeconds: 0.4 },
    ],
    tensors: [
      { name: 'image', elements: 100, producer: -1, isOutput: false, inputBits: 8, wire: wire(100) },
      { name: 'a', elements: 40, producer: 0, isOutput: false, wire: wire(40) },
      { name: 'b', elements: 20, producer: 1, isOutput: false, wire: wire(20) },
      { name: 'out', elements: 10, producer: 2, isOutput: true, wire: wire(10), downlinkBytes: 30 },
    ],
    link: { fixedSeconds: 0.5, secondsPerByteUp: 0.01, secondsPerByteDown: 0.001 },
    deliver: 'edge',
    limits: {},
    activationMemory: 'live',
    cuts: 'closed',
    ...changes,
  };
}
