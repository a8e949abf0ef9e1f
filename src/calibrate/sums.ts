import type { ActivationQuantizer } from '../numerics/range.js';
import type { Graph, Node } from '../onnx/graph.js';
import { operatorOf } from '../ops/index.js';
import type { IntegerGraph } from '../ops/integer.js';

/** Significant bits of the largest scale of connected sums; a scale 2^-k of it has k bits fewer. */
const SCALE_BITS = 10;
/** Minimum significant bits of a scale: one that would keep fewer stays as it is. */
const MIN_BITS = 4;

/**
 * Scales under which an integer Add has one right result. Its kernels differ between processors (onnxruntime,
 * mlas/lib/qladd.cpp): x64 multiplies by ratios of scales that are rounded to floats beforehand, ARM by ratios rounded
 * to 22 bits, WebAssembly adds first and divides, so that a sum which falls between two codes is rounded up here and
 * down there. Where all scales are whole multiples of one unit, and that of the sum is an odd multiple n, no sum lies
 * nearer to such a middle than 1/(2n) codes, which is more than any of these kernels errs while no operand's scale is
 * four times that of the sum. The same for Mul, whose own scale is an odd multiple of a fraction of the product of the
 * scales it reads.
 * @param quantizers 8-bit quantizers of owner tensors
 * @returns the new scales, by owner tensor
 */
export function exactScales(
  graph: Graph,
  integer: IntegerGraph,
  quantizers: ReadonlyMap<string, ActivationQuantizer>,
): Map<string, number> {
  const ownerOf = (tensor: string) => integer.codes.get(tensor)?.owner;
  const scales = new Map<string, number>();
  const scaleOf = (owner: string) => scales.get(owner) ?? quantizers.get(owner)?.scale;
  const operations = graph.nodes.flatMap((node, index) => {
    const { joins } = operatorOf(node);
    if (integer.roles[index] !== 'elementwise' || (joins !== 'sum' && joins !== 'product')) return [];
    const inputs = node.inputs.flatMap((input) => ownerOf(input) ?? []);
    const output = ownerOf(quantizedOutput(node, graph, integer));
    return output === undefined ? [] : [{ joins, inputs, output, isBounded: isBounded(integer, output) }];
  });
  const sums = operations.filter(({ joins }) => joins === 'sum');
  const outputs = new Set(sums.map(({ output }) => output));
  for (const group of connected(sums.map(({ inputs, output }) => [...inputs, output]))) {
    const largest = Math.max(...group.map((owner) => quantizers.get(owner)?.scale ?? 0));
    const unit = powerBelow(largest) * 2 ** (1 - SCALE_BITS);
    for (const owner of group) {
      const scale = quantizers.get(owner)?.scale;
      if (scale === undefined || scale < unit * 2 ** (MIN_BITS - 1)) continue;
      scales.set(owner, unit * multiple(scale / unit, outputs.has(owner), isBounded(integer, owner)));
    }
  }
  for (const { joins, inputs, output, isBounded } of operations) {
    const [own, a, b] = [scaleOf(output), ...inputs.map(scaleOf)];
    if (joins !== 'product' || scales.has(output) || own === undefined || a === undefined || b === undefined) continue;
    const unit = powerBelow(own / (a * b)) * 2 ** (1 - SCALE_BITS);
    scales.set(output, Math.fround(a * b * unit * multiple(own / (a * b * unit), true, isBounded)));
  }
  return scales;
}

/** The tensor that holds the codes a node gives: that of the Relu or Clip behind it, where one is. */
function quantizedOutput({ outputs: [output] }: Node, graph: Graph, integer: IntegerGraph): string {
  if (integer.codes.has(output)) return output;
  const range = graph.nodes.find((node, index) => integer.roles[index] === 'range' && node.inputs[0] === output);
  return range?.outputs[0] ?? output;
}

/** Whether an activation clips the values from above: the quantizer must end at that bound, so that it clips too. */
const isBounded = (integer: IntegerGraph, owner: string) =>
  Number.isFinite(integer.codes.get(owner)?.bounds.high ?? Infinity);

const powerBelow = (value: number) => 2 ** Math.floor(Math.log2(value));

/** The nearest whole number, odd on demand; none above the value where it is a limit. */
function multiple(value: number, odd: boolean, isLimit: boolean): number {
  if (!odd) return isLimit ? Math.floor(value) : Math.round(value);
  return isLimit ? 2 * Math.floor((value - 1) / 2) + 1 : 2 * Math.round((value - 1) / 2) + 1;
}

/** Sets that share an element, merged; in the order of their first elements. */
function connected(sets: readonly (readonly string[])[]): string[][] {
  const groups: Set<string>[] = [];
  for (const set of sets) {
    const touching = groups.filter((group) => set.some((name) => group.has(name)));
    const [first = new Set<string>(), ...others] = touching;
    if (touching.length === 0) groups.push(first);
    for (const name of [...set, ...others.flatMap((group) => [...group])]) first.add(name);
    for (const other of others) groups.splice(groups.indexOf(other), 1);
  }
  return groups.map((group) => [...group]);
}
