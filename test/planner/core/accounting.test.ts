import { describe, expect, it } from 'vitest';
import { account } from '../../../src/planner/core/accounting.js';
import { smallNetwork } from '../small-network.js';

const [edge, cloud] = [true, false];

describe('account', () => {
  it('charges cloud-only for its input and for what comes back', () => {
    const cost = account(smallNetwork(), { edge: [cloud, cloud, cloud], option: [-1, -1, -1], wire: [1, -1, -1, -1] });
    expect(cost.decision).toBe('cloud-only');
    expect(cost.crossing).toEqual([0]);
    expect(cost.latency.edge).toBe(0);
    expect(cost.latency.transfer).toBeCloseTo(0.5 + 50 * 0.01 + 30 * 0.001, 12);
    expect(cost.latency.cloud).toBeCloseTo(0.7, 12);
    expect(cost.memory).toEqual({ weights: 0, activations: 0, total: 0 });
    expect(cost).toMatchObject({ uplinkBytes: 50, downlinkBytes: 30, error: 0.02 });
  });

  it('calls a plan cloud-only while its edge only moves values', () => {
    const problem = smallNetwork();
    problem.layers[0].moves = true;
    const early = account(problem, { edge: [edge, cloud, cloud], option: [0, -1, -1], wire: [-1, 0, -1, -1] });
    expect(early).toMatchObject({ decision: 'cloud-only', crossing: [1] });
    expect(early.latency.edge).toBeGreaterThan(0);
    const later = account(problem, { edge: [edge, edge, cloud], option: [0, 1, -1], wire: [-1, 1, 0, -1] });
    expect(later.decision).toBe('split');
    for (const layer of problem.layers) layer.moves = true;
    const all = account(problem, { edge: [edge, edge, edge], option: [0, 0, 0], wire: [-1, -1, -1, -1] });
    expect(all.decision).toBe('edge-only');
  });

  it('charges nothing for the link where everything stays on the edge', () => {
    const cost = account(smallNetwork(), { edge: [edge, edge, edge], option: [0, 0, 0], wire: [-1, -1, -1, -1] });
    expect(cost.decision).toBe('edge-only');
    expect(cost.latency).toEqual({ edge: 7, transfer: 0, cloud: 0, total: 7 });
    // first: image and a; second: a and b; join: a, b and out.
    expect(cost.memory).toEqual({ weights: 300, activations: 140, total: 440 });
    expect(cost.error).toBeCloseTo(0.03, 12);
  });

  it('sends the outputs where they are wanted in the cloud', () => {
    const cost = account(smallNetwork({ deliver: 'cloud' }), {
      edge: [edge, edge, edge],
      option: [0, 0, 0],
      wire: [-1, -1, -1, 0],
    });
    expect(cost.crossing).toEqual([3]);
    expect(cost.latency.transfer).toBeCloseTo(0.5 + 10 * 0.01, 12);
    expect(cost.downlinkBytes).toBe(0);
  });

  it('charges a skip connection beside the tensor at the cut, and each tensor once', () => {
    const cost = account(smallNetwork(), { edge: [edge, edge, cloud], option: [0, 1, -1], wire: [-1, 1, 0, -1] });
    expect(cost.decision).toBe('split');
    expect(cost.crossing).toEqual([1, 2]);
    expect(cost.uplinkBytes).toBe(20 + 20);
    expect(cost.error).toBeCloseTo(0.01 + 0.1 + 0.02, 12);
    // second makes b at 4 bits: 10 bytes beside the 40 of a.
    expect(cost.memory).toEqual({ weights: 200, activations: 140, total: 340 });

    const early = account(smallNetwork(), { edge: [edge, cloud, cloud], option: [0, -1, -1], wire: [-1, 0, -1, -1] });
    expect(early.crossing).toEqual([1]);
    expect(early.uplinkBytes).toBe(40);
  });

  it('keeps crossing tensors and outputs until the end', () => {
    const problem = smallNetwork();
    problem.layers[2].inputs = [2];
    const assignment = { edge: [edge, edge, edge], option: [0, 0, 0], wire: [-1, -1, -1, -1] };
    problem.tensors[0].elements = 0;
    expect(account(problem, assignment).memory.activations).toBe(60);
    problem.tensors[1].isOutput = true;
    expect(account(problem, assignment).memory.activations).toBe(70);
  });

  it('takes the largest tensor alone as memory where asked, at the bits of its producer', () => {
    const problem = smallNetwork({ activationMemory: 'largest' });
    problem.tensors[1].elements = 401;
    const assignment = { edge: [edge, cloud, cloud], option: [1, -1, -1], wire: [-1, 0, -1, -1] };
    expect(account(problem, assignment).memory.activations).toBe(201);
    problem.tensors[0].inputBits = 32;
    expect(account(problem, assignment).memory.activations).toBe(400);
  });

  it('adds the error of the cloud where one is given', () => {
    const problem = smallNetwork();
    problem.layers[2].cloudError = 0.3;
    expect(account(problem, { edge: [edge, edge, cloud], option: [0, 0, -1], wire: [-1, 0, 0, -1] }).error).toBeCloseTo(
      0.32,
      12,
    );
  });

  it('refuses assignments that contradict the problem', () => {
    const problem = smallNetwork();
    problem.tensors[1].wire[0].activationBits = 4;
    const wire = [-1, 0, 0, -1];
    expect(() => account(problem, { edge: [edge, edge, cloud], option: [0, 0, -1], wire })).toThrow(/other bits/);
    expect(() => account(problem, { edge: [edge, edge, cloud], option: [1, 2, -1], wire })).toThrow(/does not have/);
    expect(() => account(problem, { edge: [edge, edge, cloud], option: [0, 0, -1], wire: [-1, -1, 0, -1] })).toThrow(
      /does not have/,
    );
    expect(() => account(problem, { edge: [cloud, edge, cloud], option: [-1, 0, -1], wire: [0, -1, 0, -1] })).toThrow(
      /is not/,
    );
    expect(account(problem, { edge: [edge, edge, cloud], option: [1, 0, -1], wire }).uplinkBytes).toBe(60);
  });
});
