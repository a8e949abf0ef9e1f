import type { Alternative, EdgeUse, PlanDocument } from '../documents/plan.js';
import { bytes, percent, seconds } from '../util/format.js';
import { breaks, isPredicted, slowdown, standingOf } from './accuracy.js';
import { counted } from './format.js';

type Plan = Pick<Alternative, 'decision' | 'cut' | 'latency'>;

/** A name of at most `most` characters, shortened in the middle: both ends distinguish names. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const tail = Math.ceil((most - 1) * 0.6);
  return `${name.slice(0, most - 1 - tail)}…${name.slice(name.length - tail)}`;
}

/** `[1, 24, 12, 47]` as `1 × 24 × 12 × 47`. */
export const dimensions = (shape: readonly number[]): string => shape.join(' × ');

/** The baselines of a plan, by name. */
export const baselinesOf = ({ baselines }: Pick<PlanDocument, 'baselines'>): [name: string, plan: Alternative][] =>
  Object.entries(baselines).flatMap(([name, plan]): [string, Alternative][] => (plan ? [[name, plan]] : []));

/** Total bytes of the crossing tensors. */
export const payloadOf = ({ cut }: Pick<Plan, 'cut'>): number => cut.reduce((sum, tensor) => sum + tensor.bytes, 0);

/** A cut as a label of at most `most` characters. */
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

/** The decision as a headline. */
export function headline({ model, decision, layers }: Pick<PlanDocument, 'model' | 'decision' | 'layers'>): string {
  const file = model.path.split('/').pop() ?? model.path;
  if (decision === 'edge-only') return `${file}: all on the edge`;
  if (decision === 'cloud-only') return `${file}: all in the cloud`;
  return `${file}: ${layers.filter(({ placement }) => placement === 'edge').length} of ${counted(layers.length, 'layer')} on the edge`;
}

/** The part of a plan that a manifest holds. */
type Shown = Omit<PlanDocument, 'deployable' | 'frontier' | 'candidates' | 'payload'>;

/** The decision in a sentence, and the latency of everything on one side. */
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

/** The operators that the edge runs before it encodes the input of a cloud-only plan; mostly none. */
export function encodedInput(layers: PlanDocument['layers']): string {
  const operators = [...new Set(layers.filter(({ placement }) => placement === 'edge').map(({ op }) => op))];
  return operators.length > 0 ? `the input after ${operators.join(', ')}: ` : '';
}

/** Latency of cloud-only and edge-only plans, or the limits that they break; without the plan's own decision. */
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

/** Bytes of a layer's weights, scales and biases on disk. Older manifests state them as `weightBytes`. */
export const packedBytes = ({ diskBytes, weightBytes }: PlanDocument['layers'][number]): number =>
  diskBytes ?? weightBytes ?? 0;

/** Disk use of the edge side, in words. */
export const diskInWords = ({ weights, graph, total, limit }: EdgeUse['disk']): string =>
  `${bytes(total)}${limit === null ? '' : ` of ${bytes(limit)} (${percent(total / limit)})`}: packed weights ${bytes(weights)}, graph about ${bytes(graph)} (predicted)`;

/** Mean bits of the edge weights, each weight counted once; undefined if there are none. */
export function meanWeightBits({ layers }: Pick<PlanDocument, 'layers'>): number | undefined {
  // Elements are bytes over bits. The bytes include scales and biases, so the mean is approximate.
  const weighed = layers.filter((layer) => layer.weightBits !== null && packedBytes(layer) > 0);
  const all = weighed.reduce((sum, layer) => sum + packedBytes(layer) / (layer.weightBits ?? 1), 0);
  return all > 0 ? weighed.reduce((sum, layer) => sum + packedBytes(layer), 0) / all : undefined;
}

/** The warnings of a plan, a line each. */
export const warningLines = (warnings: readonly string[] = []): string[] =>
  warnings.map((warning) => `warning: ${warning}`);

/** The sides that verification did not run; empty if it ran both. */
export function notRunInWords(notRun: readonly ('edge' | 'cloud')[] = []): string {
  if (notRun.length === 0) return '';
  if (notRun.length > 1)
    return 'neither side was run, because their targets do not say how: onnxruntime ran their models instead';
  return `the ${notRun[0]} side was not run, because its target does not say how: onnxruntime ran its model instead`;
}

/** `no plan is faster` as `No plan is faster.` */
export const sentence = (text: string): string =>
  `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

/** The scope of the search's bound: the plans that it covers, and whether it respects an error limit. */
export const boundOf = ({
  error,
  optimality,
}: Pick<PlanDocument, 'error' | 'optimality'>): { plans: string; accuracy: string } => ({
  plans: optimality.pinned ? 'no plan of the given cut' : 'no plan',
  accuracy: error.limit === null ? 'regardless of accuracy' : 'within the error limit',
});
