/**
 * How one output of a model is compared with that of the float model. Plain data; {@link describeOutputs} finds it from
 * type, shape, graph and values (docs/accuracy.md).
 */
export type OutputFact = { name: string } & OutputKind;

export type OutputKind = ClassScores | Labels | Embedding | Values;

/**
 * Class scores along an axis, with one decision at each position of the other axes: compared by their arg-max. For a
 * single decision with probabilities (`weighed`), a changed answer counts by how much less probable it is.
 */
export interface ClassScores {
  kind: 'classes';
  axis: number;
  weighed?: boolean;
}

/** Labels such as class ids, masks and tokens: compared by the share of equal elements. */
export interface Labels {
  kind: 'labels';
  /** Float scores in front of the ArgMax that makes the labels; they change before the labels do. */
  scores?: { tensor: string; axis: number };
}

/** Vectors of length 1 along an axis: compared by their cosine. */
export interface Embedding {
  kind: 'embedding';
  axis: number;
}

/** Other numbers: compared by their squared error, each channel relative to its variance. */
export interface Values {
  kind: 'values';
  /** Axis of the channels; undefined if all elements are of one kind. */
  axis?: number;
  /** Of the float values over samples and positions, by channel; variances are positive. */
  means: number[];
  variances: number[];
  /** Channels of scores in 0..1 that are mostly near 0. Their errors are summed, so that the rare high scores count. */
  sparse: number[];
}

/** Inner tensors that are compared instead of an output. */
export const innerTensors = (facts: readonly OutputFact[]): string[] => [
  ...new Set(facts.flatMap((fact) => (fact.kind === 'labels' && fact.scores ? [fact.scores.tensor] : []))),
];
