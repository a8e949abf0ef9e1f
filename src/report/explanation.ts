import type { ExplainDocument, Flip, Price } from '../documents/explain.gen.js';
import { STATED_LIMITS } from '../formulate/limits.js';
import { LIMITS } from '../planner/core/limits.js';
import { bytes, number, percent, seconds } from '../util/format.js';
import { accuracyInWords, PREDICTED_LINE } from './accuracy.js';
import { counted, cutInWords, rate, table } from './format.js';
import { type ObjectiveWords, objectiveWords } from './objective.js';
import { warningLines } from './words.js';

const MAX_LAYERS = 8;

/**
 * Why this cut: crossing tensors, binding limits and their shadow prices, the next best cut, the uplinks at which the
 * cut changes, and the layers with more weight bits than the rest.
 */
export function explainSummary(document: ExplainDocument): string {
  const { build, measured, plan, accuracySource = measured ? 'measured' : 'predicted', warnings } = document;
  const parts: [string, string[]][] = [
    ['what crosses', crossing(document)],
    ['limits', limitLines(document)],
    ['the next best cut', nextLines(document)],
    ['the uplink', uplinkLines(document.uplink)],
    ['bits', bitLines(document)],
  ];
  return [
    '',
    ...(accuracySource === 'predicted' ? [PREDICTED_LINE, ''] : []),
    `${build}: ${cutOf(plan)}, ${headline(document)}`,
    ...(plan.accuracy ? [`${plan.accuracy.metric} ${accuracyInWords(plan.accuracy)}`] : []),
    ...warningLines(warnings),
    ...parts.flatMap(([title, lines]) => ['', title, ...lines.map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

const headline = ({ plan, objective, value }: ExplainDocument) =>
  `${seconds(plan.latency.total)}${objective === 'latency' ? '' : `; ${typeof objective === 'string' ? objective : 'objective'} ${objectiveWords(objective).show(value)}`}`;

const cutOf = ({ decision, cut }: ExplainDocument['plan']) =>
  cutInWords(
    decision,
    cut.map(({ tensor }) => tensor),
  );

function crossing({ plan, crossing: sides }: ExplainDocument): string[] {
  if (plan.cut.length === 0) return ['nothing: all layers are on the edge'];
  return plan.cut.map(({ tensor, shape, bits, encoding, bytes: size }, i) => {
    const { from, to, plainBytes } = sides[i];
    const origin = from === null ? 'an input of the network' : `made by ${from}`;
    const readers =
      to.length === 0
        ? 'wanted in the cloud'
        : `read by ${to.slice(0, 3).join(', ')}${to.length > 3 ? ` and ${to.length - 3} more` : ''}`;
    const share =
      plainBytes > 0 ? `, ${percent(size / plainBytes)} of ${bytes(plainBytes)} as the float network makes it` : '';
    return `${tensor} [${shape.join('x')}], ${origin}, ${readers}: at ${bits} bits, ${encoding}, ${bytes(size)}${share}`;
  });
}

function limitLines({ limits, objective, measured }: ExplainDocument): string[] {
  const words = objectiveWords(objective);
  const lines = LIMITS.flatMap(({ name }) => {
    const price = limits[name];
    // Of a measured plan, the limit is the predicted error up to which the accuracy is expected to hold.
    const called =
      name === 'error'
        ? measured
          ? 'predicted error (limit: what is expected to keep the accuracy)'
          : 'predicted error'
        : name;
    return price ? priced(called, price, STATED_LIMITS[name].show, words) : [];
  });
  return lines.length > 0 ? lines : [`none: no plan can ${words.improve} by this cost model`];
}

/** A shadow price in words: how much of the limit is used, and what a step up or down would change. */
function priced(
  name: string,
  { limit, used, binding, step, saved, lost, first, without }: Price,
  show: (value: number) => string,
  words: ObjectiveWords,
): string[] {
  const use = `${show(used)} of ${show(limit)} ${name.startsWith('predicted error') ? 'is' : 'are'} used`;
  const less = `${show(step)} less would ${lost === null ? 'leave no plan' : lost > 0 ? `cost ${words.show(lost)}` : 'cost nothing'}`;
  if (!binding) return [`${name} does not bind: ${use}, and no plan ${words.better} with more; ${less}`];
  const gain = first ? `nothing yet (${words.show(first.saved)} from ${show(first.limit)} on)` : words.show(saved);
  const more = `${show(step)} more would save ${gain}`;
  return [
    `${name} binds: ${use}; ${more}, ${less}`,
    `  without this limit, the ${words.best} plan takes ${show(without.needed)} and saves ${words.show(without.saved)}`,
  ];
}

function nextLines({
  plan,
  value,
  objective,
  next: { plan: other, value: otherValue, exact },
}: ExplainDocument): string[] {
  if (!other || otherValue === null)
    return [exact ? 'there is none within the limits' : 'none was found within the work limit'];
  const { show, more, less } = objectiveWords(objective);
  const found = exact ? 'no other cut lies between' : 'the search reached its work limit: another cut may lie between';
  const difference = otherValue - value;
  const verdict =
    Math.abs(difference) <= 1e-12 * value
      ? 'as good; the tie is broken by latency, memory, error or name'
      : difference > 0
        ? `${show(difference)} ${more} (${percent(difference / value)}); ${found}`
        : `${show(-difference)} ${less}, but the config gives the cut`;
  const parts = (['edge', 'transfer', 'cloud'] as const)
    .map((part) => ({ part, change: other.latency[part] - plan.latency[part] }))
    .filter(({ change }) => Math.abs(change) > 1e-9 * plan.latency.total)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .map(({ part, change }) => `${seconds(Math.abs(change))} ${change > 0 ? 'more' : 'less'} ${WHERE[part]}`);
  return [
    `${cutOf(other)}: ${show(otherValue)}, ${verdict}`,
    ...(parts.length > 0 ? [`it takes ${parts.join(', ')}`] : []),
  ];
}

const WHERE = { edge: 'on the edge', transfer: 'on the link', cloud: 'in the cloud' };

function uplinkLines({ configured, searched, below, above }: ExplainDocument['uplink']): string[] {
  const line = (flip: Flip, way: 'below' | 'above', end: number) =>
    flip
      ? `${way} ${rate(flip.at)} it is ${cutInWords(flip.decision, flip.tensors)}`
      : `${way} it, the cut stays down to ${rate(end)}`;
  return [
    `it is ${rate(configured)}`,
    line(below, 'below', searched[0]),
    line(above, 'above', searched[1]).replace('down to', 'up to'),
  ];
}

function bitLines({ bits: kept, objective }: ExplainDocument): string[] {
  const { worse } = objectiveWords(objective);
  if (kept.length === 0) return ['no layer is kept at more weight bits than the fewest'];
  const rows = kept
    .slice(0, MAX_LAYERS)
    .map(({ layer, weightBits, fewer, errorAdded, bytesSaved, secondsAdded, why }) => [
      layer,
      `at ${weightBits} bits`,
      `${fewer} bits would save ${bytes(bytesSaved)} and add ${number(errorAdded)} of error:`,
      {
        error: 'over the limit',
        latency: `${seconds(secondsAdded)} slower`,
        objective: worse,
        unneeded: 'no gain, and memory suffices',
      }[why],
    ]);
  const rest = kept.length - rows.length;
  return [...table(rows), ...(rest > 0 ? [`and ${counted(rest, 'layer')} more`] : [])];
}
