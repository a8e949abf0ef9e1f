import type { ExplainDocument, Flip, Price } from '../explain-document.js';
import { bytes, number, percent, seconds } from '../util/format.js';
import { counted, cutInWords, rate, table, UNMEASURED } from './format.js';

const MOST_LAYERS = 8;

/** Why this cut: what crosses, what binds and at which price, the next best, what would change the answer, and where the bits went. */
export function explainSummary(document: ExplainDocument): string {
  const { build, measured, plan, next, limits } = document;
  const parts: [string, string[]][] = [
    ['what crosses', crossing(document)],
    ['limits', limitLines(limits)],
    ['the next best cut', nextLines(plan, next)],
    ['the uplink', uplinkLines(document.uplink)],
    ['bits', bitLines(document.bits)],
  ];
  return [
    '',
    `${build}: ${cutOf(plan)}, ${seconds(plan.latency.total)}`,
    ...(measured ? [] : [UNMEASURED]),
    ...parts.flatMap(([title, lines]) => ['', title, ...lines.map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

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
      to.length === 0 ? 'wanted in the cloud' : `read by ${to.slice(0, 3).join(', ')}${to.length > 3 ? ` and ${to.length - 3} more` : ''}`;
    const share = plainBytes > 0 ? `, ${percent(size / plainBytes)} of ${bytes(plainBytes)} as the float network makes it` : '';
    return `${tensor} [${shape.join('x')}], ${origin}, ${readers}: at ${bits} bits, ${encoding}, ${bytes(size)}${share}`;
  });
}

function limitLines({ memory, error, latency }: ExplainDocument['limits']): string[] {
  const lines = [
    ...(memory ? priced('memory', memory, bytes) : []),
    ...(error ? priced('error', error, number) : []),
    ...(latency ? [`latency does not bind: ${seconds(latency.used)} of ${seconds(latency.limit)} are used`] : []),
  ];
  return lines.length > 0 ? lines : ['none: the plan is the fastest there is'];
}

/** A shadow price in words: what the limit costs where it is, and what a step either way would change. */
function priced(
  name: string,
  { limit, used, binding, step, saved, lost, first, without }: Price,
  show: (value: number) => string,
): string[] {
  const use = `${show(used)} of ${show(limit)} ${name === 'memory' ? 'are' : 'is'} used`;
  const less = `${show(step)} less would ${lost === null ? 'leave no plan' : lost > 0 ? `cost ${seconds(lost)}` : 'cost nothing'}`;
  if (!binding) return [`${name} does not bind: ${use}, and no plan is faster with more; ${less}`];
  const gain = first ? `nothing yet (${seconds(first.saved)} from ${show(first.limit)} on)` : seconds(saved);
  const more = `${show(step)} more would save ${gain}`;
  return [
    `${name} binds: ${use}; ${more}, ${less}`,
    `  without this limit the fastest plan takes ${show(without.needed)} and saves ${seconds(without.saved)}`,
  ];
}

function nextLines(plan: ExplainDocument['plan'], { plan: other, exact }: ExplainDocument['next']): string[] {
  if (!other) return [exact ? 'there is none within the limits' : 'none was found within the work limit'];
  const found = exact ? 'no third cut comes between' : 'the search was cut short: another cut may come between';
  const difference = other.latency.total - plan.latency.total;
  const verdict =
    Math.abs(difference) <= 1e-12 * plan.latency.total
      ? 'as fast; it loses by memory, error or name'
      : difference > 0
        ? `${seconds(difference)} slower (${percent(difference / plan.latency.total)}); ${found}`
        : `${seconds(-difference)} faster, were the cut not pinned`;
  const parts = (['edge', 'transfer', 'cloud'] as const)
    .map((part) => ({ part, change: other.latency[part] - plan.latency[part] }))
    .filter(({ change }) => Math.abs(change) > 1e-9 * plan.latency.total)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .map(({ part, change }) => `${seconds(Math.abs(change))} ${change > 0 ? 'more' : 'less'} ${WHERE[part]}`);
  return [`${cutOf(other)}: ${seconds(other.latency.total)}, ${verdict}`, ...(parts.length > 0 ? [`it takes ${parts.join(', ')}`] : [])];
}

const WHERE = { edge: 'on the edge', transfer: 'on the link', cloud: 'in the cloud' };

function uplinkLines({ configured, searched, below, above }: ExplainDocument['uplink']): string[] {
  const line = (flip: Flip, way: 'below' | 'above', end: number) =>
    flip ? `${way} ${rate(flip.at)} it is ${cutInWords(flip.decision, flip.tensors)}` : `${way} it, nothing changes down to ${rate(end)}`;
  return [`it is ${rate(configured)}`, line(below, 'below', searched[0]), line(above, 'above', searched[1]).replace('down to', 'up to')];
}

function bitLines(kept: ExplainDocument['bits']): string[] {
  if (kept.length === 0) return ['no layer is kept at more weight bits than the fewest'];
  const rows = kept
    .slice(0, MOST_LAYERS)
    .map(({ layer, weightBits, fewer, errorAdded, bytesSaved, secondsAdded, why }) => [
      layer,
      `at ${weightBits} bits`,
      `${fewer} bits would save ${bytes(bytesSaved)} and add ${number(errorAdded)} of error:`,
      why === 'error' ? 'over the limit' : why === 'latency' ? `${seconds(secondsAdded)} slower` : 'no faster, and memory has room',
    ]);
  const rest = kept.length - rows.length;
  return [...table(rows), ...(rest > 0 ? [`and ${counted(rest, 'layer')} more`] : [])];
}
