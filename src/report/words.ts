import type { Alternative, EdgeUse, PlanDocument } from '../documents/plan.js';
import { bytes, percent, seconds } from '../util/format.js';
import { breaks, isPredicted, slowdown, standingOf } from './accuracy.js';
import { counted } from './format.js';

type Plan = Pick<Alternative, 'decision' | 'cut' | 'latency'>;

/** A name cut in the middle, since both of its ends tell it from others. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const tail = Math.ceil((most - 1) * 0.6);
  return `${name.slice(0, most - 1 - tail)}…${name.slice(name.length - tail)}`;
}

/** `[1, 24, 12, 47]` as `1 × 24 × 12 × 47`. */
export const dimensions = (shape: readonly number[]): string => shape.join(' × ');

/** The baselines that there are, by name. */
export const baselinesOf = ({ baselines }: Pick<PlanDocument, 'baselines'>): [name: string, plan: Alternative][] =>
  Object.entries(baselines).flatMap(([name, plan]): [string, Alternative][] => (plan ? [[name, plan]] : []));

/** Bytes of all that crosses. */
export const payloadOf = ({ cut }: Pick<Plan, 'cut'>): number => cut.reduce((sum, tensor) => sum + tensor.bytes, 0);

/** Where the model is cut, for a row or a point. */
export function cutLabel({ decision, cut }: Plan, most: number): string {
  if (decision === 'edge-only') return 'all on the edge';
  if (decision === 'cloud-only') return 'all in the cloud';
  const [first, ...others] = cut.map(({ tensor }) => tensor);
  const more = others.length > 0 ? ` +${others.length}` : '';
  return shortened(first ?? 'nothing crosses', most - more.length) + more;
}

/** How a tensor travels: `3 bits, deflate, 1.9 kB`. */
export const sentAs = ({ bits, encoding, bytes: size }: Alternative['cut'][number]): string =>
  `${bits} bits, ${encoding}, ${bytes(size)}`;

/** The decision in a few words. */
export function headline({ model, decision, layers }: Pick<PlanDocument, 'model' | 'decision' | 'layers'>): string {
  const file = model.path.split('/').pop() ?? model.path;
  if (decision === 'edge-only') return `${file}: all on the edge`;
  if (decision === 'cloud-only') return `${file}: all in the cloud`;
  return `${file}: ${layers.filter(({ placement }) => placement === 'edge').length} of ${counted(layers.length, 'layer')} on the edge`;
}

/** What a manifest has of a plan. */
type Shown = Omit<PlanDocument, 'deployable' | 'frontier' | 'candidates' | 'payload'>;

/** The decision in a sentence, and what all on one side would take. */
export function decisionSentence(plan: Shown): string {
  const { decision, cut, layers, latency } = plan;
  const edge = layers.filter(({ placement }) => placement === 'edge').length;
  const sent = cut.map((tensor) => `${tensor.tensor} (${dimensions(tensor.shape)}) at ${sentAs(tensor)}`).join(' and ');
  const what =
    decision === 'edge-only'
      ? `All ${counted(layers.length, 'layer')} run on the edge`
      : decision === 'cloud-only'
        ? `All ${edge > 0 ? 'that computes runs' : `${counted(layers.length, 'layer')} run`} in the cloud, to which the edge sends ${encodedInput(layers)}${sent}`
        : `${edge} of ${counted(layers.length, 'layer')} run on the edge, which sends ${sent}`;
  const others = besides(plan).join('; ');
  const own = `${what}: ${seconds(latency.total)} end to end.`;
  return others === '' ? own : `${own} ${sentence(others)}`;
}

/** What the edge does to the input of a cloud-only plan before it is encoded; nothing in most of them. */
export function encodedInput(layers: PlanDocument['layers']): string {
  const operators = [...new Set(layers.filter(({ placement }) => placement === 'edge').map(({ op }) => op))];
  return operators.length > 0 ? `the input behind ${operators.join(', ')}: ` : '';
}

/** What all on one side would take, where the plan is another. */
function besides(plan: Shown): string[] {
  return (['cloud-only', 'edge-only'] as const).flatMap((name) => {
    const other = plan.baselines[name];
    if (!other || plan.decision === name || plan.latency.total <= 0) return [];
    const title = `everything ${name === 'cloud-only' ? 'in the cloud' : 'on the edge'}`;
    const broken = breaks(other);
    if (broken !== '') return [`${title} ${broken}`];
    const isUnknown = standingOf(other) === 'unknown' && !isPredicted(plan);
    const beside = isUnknown ? 'accuracy not measured' : slowdown(other, plan);
    return [`${title} takes ${seconds(other.latency.total)}${beside === '' ? '' : ` (${beside})`}`];
  });
}

/** Weights, scales and biases of a layer on disk. Manifests of older versions counted memory so. */
export const packedBytes = ({ diskBytes, weightBytes }: PlanDocument['layers'][number]): number =>
  diskBytes ?? weightBytes ?? 0;

/** The model of the edge side on disk, in words. */
export const diskInWords = ({ weights, graph, total, limit }: EdgeUse['disk']): string =>
  `${bytes(total)}${limit === null ? '' : ` of ${bytes(limit)} (${percent(total / limit)})`}: packed weights ${bytes(weights)}, graph about ${bytes(graph)} (predicted)`;

/** Mean bits of the edge weights, each weight counting alike; undefined where there are none. */
export function meanWeightBits({ layers }: Pick<PlanDocument, 'layers'>): number | undefined {
  // Scales and biases are in the bytes too, so that this is the mean by size and not by element.
  const weighed = layers.filter((layer) => layer.weightBits !== null && packedBytes(layer) > 0);
  const all = weighed.reduce((sum, layer) => sum + packedBytes(layer) / (layer.weightBits ?? 1), 0);
  return all > 0 ? weighed.reduce((sum, layer) => sum + packedBytes(layer), 0) / all : undefined;
}

export const share = (part: number, whole: number): string => (whole > 0 ? percent(part / whole) : '');

/** What makes a result doubtful, a line each. */
export const warningLines = (warnings: readonly string[] = []): string[] =>
  warnings.map((warning) => `warning: ${warning}`);

/** Which halves verification has not run; nothing where it has run both. */
export function notRunInWords(notRun: readonly ('edge' | 'cloud')[] = []): string {
  if (notRun.length === 0) return '';
  if (notRun.length > 1)
    return 'neither side was run, as their targets do not say how: onnxruntime ran their models in their place';
  return `the ${notRun[0]} half was not run, as its target does not say how: onnxruntime ran its model in its place`;
}

/** `no plan is faster` as `No plan is faster.` */
export const sentence = (text: string): string =>
  `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

/** What the bound of the search says nothing about: accuracy, and cuts other than a given one. */
export const boundOf = ({
  error,
  optimality,
}: Pick<PlanDocument, 'error' | 'optimality'>): { plans: string; accuracy: string } => ({
  plans: optimality.pinned ? 'no plan of the given cut' : 'no plan',
  accuracy: error.limit === null ? 'whatever its accuracy' : 'within the limit of the error',
});
