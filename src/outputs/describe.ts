import type { Graph } from '../onnx/graph.js';
import { channelAxis, describeValues, type Run } from './channels.js';
import { evidence, isConfident } from './classes.js';
import { laneStart, lanesOf, type Numbers, numbersOf, type Outputs, spreadPositions, wideAxes } from './elements.js';
import type { OutputFact, OutputKind } from './fact.js';
import { decidedBy, labelSource, measuredIn } from './origin.js';
import { isPicture } from './picture.js';

/** Limit on positions of a sample where an axis is inspected. */
const MAX_POSITIONS = 4096;
const TOLERANCE = 1e-3;
/** Number of samples before a constant place of the largest value is significant. */
const TELLING_SAMPLES = 8;
/** Least share of the variance within the elements of a row of scores. */
const OWN_VARIANCE = 0.1;

/**
 * Describes how each output of a model is compared.
 * @param runs outputs of the float model for some samples, with the tensors of {@link scoreTensors}
 */
export function describeOutputs(graph: Graph, runs: readonly Outputs[]): OutputFact[] {
  return graph.outputs
    .filter(({ name, dtype }) => dtype !== undefined && runs.every((outputs) => outputs[name]))
    .map(({ name }) => ({ name, ...weighed(kindOf(graph, name, runs), name, runs) }));
}

/** Adds to class scores whether their softmax tells how probable answers are. */
function weighed(kind: OutputKind, name: string, runs: readonly Outputs[]): OutputKind {
  if (kind.kind !== 'classes') return kind;
  const found = runs.flatMap((outputs) => evidence(outputs[name], outputs[name], kind.axis) ?? []);
  const isWeighed = found.length > 0 && isConfident(found.map(({ confidence }) => confidence));
  return isWeighed ? { ...kind, weighed: true } : kind;
}

/** The first output as one row of class scores, whatever its values are; undefined if its shape is not a row. */
export function rowOfScores({ outputs: [first] }: Graph): OutputFact | undefined {
  const shape = first?.shape?.every((dim): dim is number => typeof dim === 'number') ? first.shape : [];
  const [axis, ...others] = wideAxes(shape);
  return axis === undefined || others.length > 0 ? undefined : { name: first.name, kind: 'classes', axis };
}

function kindOf(graph: Graph, name: string, outputs: readonly Outputs[]): OutputKind {
  const source = labelSource(graph, name);
  if (source) {
    const rank = outputs[0]?.[source.scores]?.shape.length;
    if (source.axis === undefined || rank === undefined) return { kind: 'labels' };
    return { kind: 'labels', scores: { tensor: source.scores, axis: (source.axis + rank) % rank } };
  }
  const runs = outputs.flatMap((output): Run[] => {
    const values = numbersOf(output[name]);
    return values && output[name].dtype !== 'bool' ? [{ shape: output[name].shape, values }] : [];
  });
  if (runs.length === 0) return { kind: 'labels' };
  const isFloat = /^b?float/.test(outputs[0][name].dtype);
  if (!isFloat && !measuredIn(graph, name)) return isPicture(runs) ? describeValues(runs) : { kind: 'labels' };
  return numericKind(graph, name, runs);
}

function numericKind(graph: Graph, name: string, runs: readonly Run[]): OutputKind {
  const { shape } = runs[0];
  const axes = wideAxes(shape);
  const isFixed = runs.every(
    (run) => run.shape.length === shape.length && run.shape.every((dim, axis) => dim === shape[axis]),
  );
  if (!isFixed || axes.length === 0) return describeValues(runs);
  const lastFirst = [...axes].reverse();
  const classes =
    lastFirst.find((axis) => everyLane(runs, axis, isProbability)) ?? decidedBy(graph, name, shape.length);
  if (classes !== undefined && shape[classes] > 1) return { kind: 'classes', axis: classes };
  const unit = lastFirst.find((axis) => everyLane(runs, axis, isUnit));
  if (unit !== undefined) return { kind: 'embedding', axis: unit };
  return axes.length === 1 && !isRegression(runs) ? { kind: 'classes', axis: axes[0] } : describeValues(runs);
}

/** Whether all vectors along an axis pass a test. */
function everyLane(runs: readonly Run[], axis: number, isOfKind: (values: Numbers) => boolean): boolean {
  return runs.every(({ shape, values }) => {
    const lanes = lanesOf(shape, axis);
    return spreadPositions(lanes, MAX_POSITIONS).every((position) => {
      const start = laneStart(lanes, position);
      return isOfKind(Float64Array.from({ length: lanes.size }, (_, i) => values[start + i * lanes.inner]));
    });
  });
}

/** Whether values are the result of softmax or log-softmax. */
function isProbability(values: Numbers): boolean {
  let [sum, exponents, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    exponents += Math.exp(values[i]);
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return (least >= -1e-6 && Math.abs(sum - 1) < TOLERANCE) || (most <= 1e-6 && Math.abs(exponents - 1) < TOLERANCE);
}

function isUnit(values: Numbers): boolean {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] ** 2;
  return Math.abs(squares - 1) < 2 * TOLERANCE;
}

/**
 * Whether a row holds measurements such as coordinates instead of class scores: its elements keep to values of their
 * own, and the same one is always the largest.
 */
function isRegression(runs: readonly Run[]): boolean {
  if (runs.length < TELLING_SAMPLES) return false;
  const places = new Set(
    runs.map(({ values }) => Array.from(values).reduce((best, value, i, all) => (value > all[best] ? i : best), 0)),
  );
  if (places.size > 1) return false;
  const axis = channelAxis(runs);
  if (axis === undefined) return false;
  const { means, variances } = describeValues(runs);
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  const between = means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const within = variances.reduce((a, b) => a + b, 0);
  return within < OWN_VARIANCE * (between + within);
}
