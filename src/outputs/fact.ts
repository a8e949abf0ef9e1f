/**
 * How one output of a model is compared with what the float model gives; plain data, found by {@link describeOutputs}
 * from type, shape, graph and the float model's own values (docs/accuracy.md).
 */
export type OutputFact = { name: string } & OutputKind;

export type OutputKind = ClassScores | Labels | Embedding | Values;

/**
 * Scores of classes along an axis, one decision at each position of the other axes: compared by their arg-max. Where
 * there is a single decision and its softmax is a probability (`weighed`), an answer that changes counts by how much
 * less probable it is.
 */
export interface ClassScores {
  kind: 'classes';
  axis: number;
  weighed?: boolean;
}

/** Numbers or words that name something: class ids, masks, tokens. Compared by the share of equal elements. */
export interface Labels {
  kind: 'labels';
  /** Float scores in front of the ArgMax that makes them; they change before the labels do. */
  scores?: { tensor: string; axis: number };
}

/** Vectors of length 1 along an axis: compared by their cosine. */
export interface Embedding {
  kind: 'embedding';
  axis: number;
}

/** Anything else that is a number: compared by its squared error, each channel relative to its own variance. */
export interface Values {
  kind: 'values';
  /** Axis of the channels; undefined where all elements are alike. */
  axis?: number;
  /** Of the float values over samples and positions, by channel; variances are above zero. */
  means: number[];
  variances: number[];
  /**
   * Channels of scores in 0..1 that are nearly always about 0: their errors are summed up, so that the rare high ones
   * count.
   */
  sparse: number[];
}

/** Inner tensors that are compared in place of an output. */
export const innerTensors = (facts: readonly OutputFact[]): string[] => [
  ...new Set(facts.flatMap((fact) => (fact.kind === 'labels' && fact.scores ? [fact.scores.tensor] : []))),
];
