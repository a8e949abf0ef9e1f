import type { Node } from '../onnx/graph.js';
import type { Im2col } from './im2col.js';

/** How an operator with constant weights (input 1) holds them. */
export interface WeightLayout {
  /** Axis of the output channels in the weights. */
  channelAxis(node: Node, dims: readonly number[]): number;
  /** Axis of the output channels in the output, counted from its end: 1 is the last. */
  outputAxisFromEnd(dims: readonly number[]): number;
  /** Whether input 2 is a bias of one value per output channel. */
  hasBias: boolean;
  /** Attributes that multiply weights and bias; integer weights contain them, and the integer node has none of them. */
  factors: { weights: string; bias: string } | undefined;
  /** Whether an integer kernel gives floats: the last layer of a model then needs no quantizer. */
  givesFloat: boolean;
  /** The matrix that multiplies the weights of a node; shapes as in ONNX, padding is `zeroPoint`. */
  im2col(node: Node, input: readonly number[], weights: readonly number[], zeroPoint: number): Im2col;
}
