import type { Bounds } from '../numerics/range.js';
import type { Graph, Node } from '../onnx/graph.js';
import type { Upgrade } from './upgrade.js';
import type { WeightLayout } from './weight-layout.js';
import type { Kind, Work } from './work.js';

/**
 * How a target runs one operator on 8-bit codes:
 * - `weighted`: integer kernel with constant weights: inputs are quantized on demand;
 * - `elementwise`: integer kernel where every activation read is already codes;
 * - `through`: moves codes about unchanged, so output and input share one quantizer;
 * - `range`: an activation that the range of its output expresses exactly: it costs nothing;
 * - `float`: no integer kernel.
 */
export type IntegerRole = 'weighted' | 'elementwise' | 'through' | 'range' | 'float';

type Condition = (node: Node, graph: Graph) => boolean;

/**
 * Everything that is known of one ONNX operator. `role` and `work` must be stated; any other field that is absent means
 * that the operator does not take part in what the field describes.
 */
export interface Operator {
  /** How an integer kernel runs it, where the target has one. */
  role: IntegerRole | ((node: Node, graph: Graph) => IntegerRole);
  /**
   * What it multiplies, or the window that it reads; undefined where shapes are not known. `elements`: its time is that
   * of reading its inputs and writing its outputs.
   */
  work: 'elements' | ((node: Node, graph: Graph) => Work | undefined);
  /** Its layers in cost models; absent: nothing sets them apart. */
  kind?: Kind;
  /** Weights of the role `weighted`. */
  weights?: WeightLayout;
  /** Bounds that its output keeps whatever it reads. */
  bounds?: (node: Node, graph: Graph) => Bounds;
  /**
   * How it joins activations. Scales of sums and products are aligned, so that all processors round alike; the inputs of
   * a concatenation must suit the quantizer of its output.
   */
  joins?: 'sum' | 'product' | 'concatenation';
  /** Nodes that join the layer which it heads, in order, each where the graph has it. */
  followers?: readonly Follower[];
  /** How it joins the layer of the node before it. */
  activation?: FusedActivation;
  /** Rewrites a node of opset 7..12 for opset 13; absent: it means the same in both. */
  upgrade?: Upgrade;
  /** Gives s * y for s * x, channel by channel, s > 0: equalisation passes it. */
  isHomogeneous?: Condition;
  /** Equalisation scales its weights. */
  equalisation?: ChannelRuns;
  /** Gives the values that it reads elsewhere, in another type, or on another scale. */
  moves?: Condition;
  /** Gives something else each time. */
  isRandom?: true;
  /** Inputs where it moves codes (`through`): input 0 is codes with this zero-point. Absent: they stay. */
  codeInputs?: (node: Node, inputs: readonly string[], zeroPoint: string) => string[];
}

/**
 * `bias`: an Add of one constant per output channel; `activation`: any {@link FusedActivation}; `clipping`: only those
 * that onnxruntime fuses behind operators without weights.
 */
export type Follower = 'bias' | 'activation' | 'clipping';

/** An operator of one variable input that runs in the layer before it. */
export interface FusedActivation {
  /** Whether it also follows layers that take no other activation. */
  isClipping: boolean;
  /** Where layers with it take other time than layers without. */
  isTimed: 'never' | 'in float' | 'always';
  /** Name of the activation x * f(x), where exporters write it with this f. */
  gates?: string;
}

/** Calls `visit` for each run of weights [output channels, ...] that multiplies one input channel of `channels`. */
export type ChannelRuns = (
  node: Node,
  dims: readonly number[],
  channels: number,
  visit: (channel: number, start: number, end: number) => void,
) => void;

/** Operators of a kind. A name outside of ai.onnx is written `DOMAIN.NAME`. */
export interface Family {
  operators: Readonly<Record<string, Operator>>;
  /** Kinds of layers that have a name of their own in cost tables, beside those of operators. */
  kinds?: Readonly<Record<string, Kind>>;
}

/** Runs in float, and takes the time of its traffic. */
export const FLOAT_BY_ELEMENTS: Operator = { role: 'float', work: 'elements' };

export const always = (): boolean => true;

/** The same knowledge for several operators. */
export const each = (operator: Operator, ...names: string[]): Record<string, Operator> =>
  Object.fromEntries(names.map((name) => [name, operator]));
