import type { Model } from '../onnx/graph.js';
import { partBetween } from '../ptq/walk.js';
import { sha256 } from '../util/files.js';

/** A layer with weights, in the order in which weights are rounded. */
export interface ChainedPlace {
  /** Index in the model's own graph, and of the first node behind it in the float side. */
  node: number;
  position: number;
  /** The first node of the integer side that runs behind what it reads. */
  start: number;
  bits: number;
}

/** A model that is run part by part; see {@link WalkOptions}. */
export interface WalkedModel {
  model: Model;
  alsoGiven: ReadonlySet<string>;
}

/**
 * Cache keys for the weights of each place. A key covers the bits of the place and everything that was run and rounded
 * before it. Both models run in parts that end at these places, and onnxruntime chooses kernels by the whole part, so
 * the nodes and outputs of each part are in the key. Two cuts that begin with the same layers at the same bits have
 * equal keys for these layers.
 * @param float the edge side in float
 * @param integer the edge side on integers; its weights do not count
 */
export function chainKeys(
  places: readonly ChainedPlace[],
  float: WalkedModel,
  integer: WalkedModel,
  base: unknown,
): string[] {
  let state = digest(base);
  let [floatAt, integerAt] = [0, 0];
  return places.map(({ node, position, start, bits }) => {
    state = digest([state, partOf(float, floatAt, position), partOf(integer, integerAt, start), node, bits]);
    [floatAt, integerAt] = [position, start];
    return state;
  });
}

function partOf({ model: { graph }, alsoGiven }: WalkedModel, from: number, to: number): unknown {
  const { nodes, outputs } = partBetween(graph, from, to, alsoGiven);
  return [nodes.map((node) => [node.domain, node.op, node.inputs, node.outputs]), outputs];
}

const digest = (value: unknown): string => sha256(new TextEncoder().encode(JSON.stringify(value)));
