import type { ExplainDocument, Flip, Price } from '../documents/explain.gen.js';
import { bytes, dollars, joules, number, percent, seconds } from '../util/format.js';
import { accuracyInWords, PREDICTED_LINE } from './accuracy.js';
import { counted, cutInWords, rate, table } from './format.js';
import { type ObjectiveWords, objectiveWords } from './objective.js';
import { warningLines } from './words.js';

const MAX_LAYERS = 8;

/**
 * Why this cut: what crosses, what binds and at which price, the next best, what would change the answer, and where the
 * bits went.
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
  const shown = { memory: bytes, error: number, latency: seconds, energy: joules, cost: dollars, disk: bytes };
  const words = objectiveWords(objective);
  const lines = (Object.keys(shown) as (keyof typeof shown)[]).flatMap((name) => {
    const price = limits[name];
    // What was measured is the limit of other plans by the error that is expected to hold it.
    const called =
      name === 'error'
        ? measured
          ? 'predicted error, as much as is expected to hold the accuracy,'
          : 'predicted error'
        : name;
    return price ? priced(called, price, shown[name], words) : [];
  });
  return lines.length > 0 ? lines : [`none: no plan can be ${words.better} by this cost model`];
}

/** A shadow price in words: what the limit costs where it is, and what a step either way would change. */
function priced(
  name: string,
  { limit, used, binding, step, saved, lost, first, without }: Price,
  show: (value: number) => string,
  words: ObjectiveWords,
): string[] {
  const use = `${show(used)} of ${show(limit)} ${name.startsWith('predicted error') ? 'is' : 'are'} used`;
  const less = `${show(step)} less would ${lost === null ? 'leave no plan' : lost > 0 ? `cost ${words.show(lost)}` : 'cost nothing'}`;
  if (!binding) return [`${name} does not bind: ${use}, and no plan is ${words.better} with more; ${less}`];
  const gain = first ? `nothing yet (${words.show(first.saved)} from ${show(first.limit)} on)` : words.show(saved);
  const more = `${show(step)} more would save ${gain}`;
  return [
    `${name} binds: ${use}; ${more}, ${less}`,
    `  without this limit the ${words.best} plan takes ${show(without.needed)} and saves ${words.show(without.saved)}`,
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
  const { show, better, worse } = objectiveWords(objective);
  const found = exact ? 'no third cut comes between' : 'the search was cut short: another cut may come between';
  const difference = otherValue - value;
  const verdict =
    Math.abs(difference) <= 1e-12 * value
      ? `no ${worse}; it loses by latency, memory, error or name`
      : difference > 0
        ? `${show(difference)} ${worse} (${percent(difference / value)}); ${found}`
        : `${show(-difference)} ${better}, were the cut not pinned`;
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
      : `${way} it, nothing changes down to ${rate(end)}`;
  return [
    `it is ${rate(configured)}`,
    line(below, 'below', searched[0]),
    line(above, 'above', searched[1]).replace('down to', 'up to'),
  ];
}

function bitLines({ bits: kept, objective }: ExplainDocument): string[] {
  const { better, worse } = objectiveWords(objective);
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
        unneeded: `hardly ${better}, and memory has room`,
      }[why],
    ]);
  const rest = kept.length - rows.length;
  return [...table(rows), ...(rest > 0 ? [`and ${counted(rest, 'layer')} more`] : [])];
}
