import type { SplitManifest } from '../bundle/manifest.js';
import type { Alternative } from '../documents/plan.js';
import { bytes, dollars, joules, number, percent, seconds } from '../util/format.js';
import { accuracyInWords, brokenNames, predictedInWords, scoreOf, slowdown, verdictOfPlan } from './accuracy.js';
import { type Changes, difference, shown } from './changes.js';
import { counted } from './format.js';
import {
  baselinesOf,
  cutLabel,
  decisionSentence,
  diskInWords,
  meanWeightBits,
  notRunInWords,
  payloadOf,
  sentence,
} from './words.js';

/** Lines of changed inputs; further ones are only counted. */
const MAX_INPUTS = 12;

/** A summary of a bundle for a pull request, as Markdown; with `changes`, what differs from another bundle. */
export function markdownSummary(manifest: SplitManifest, changes?: Changes): string {
  const { plan } = manifest;
  const name = plan.build === 'default' ? '' : ` of ${code(plan.build)}`;
  return [
    `### autosplit: split${name} of ${code(plan.model.path)}`,
    '',
    escaped(decisionSentence(plan)),
    ...(plan.certificate ? ['', escaped(sentence(plan.certificate.statement))] : []),
    ...(plan.warnings ?? []).flatMap((warning) => ['', `**Warning:** ${escaped(warning)}`]),
    '',
    ...Object.values(manifest.deployable?.reasons ?? {}).flatMap((reason) => [`> ${escaped(sentence(reason))}`, '']),
    ...(changes ? changeLines(changes) : rows(figures(manifest))),
    '',
    ...comparison(plan),
    '',
  ].join('\n');
}

type Plan = SplitManifest['plan'];

function figures({ plan, verification }: SplitManifest): [string, string][] {
  const { latency, edge, accuracy, energy, cost } = plan;
  const bits = meanWeightBits(plan);
  const { limit } = edge.memory;
  return [
    [
      'latency',
      `**${seconds(latency.total)}**: edge ${seconds(latency.edge)}, link ${seconds(latency.transfer)}, cloud ${seconds(latency.cloud)}`,
    ],
    ['payload', payload(plan)],
    [
      'edge RAM',
      `${bytes(edge.memory.total)}${limit === null ? '' : ` of ${bytes(limit)} (${percent(edge.memory.total / limit)})`}`,
    ],
    // Manifests of older versions have no disk size.
    ...(edge.disk?.total ? [['edge disk', diskInWords(edge.disk)] as [string, string]] : []),
    ...(bits === undefined ? [] : [['edge weights', `${number(bits)} bits on average`] as [string, string]]),
    ['accuracy', accuracy ? `${code(accuracy.metric)} ${accuracyInWords(accuracy)}` : predictedInWords(plan)],
    ...(energy ? [['energy', joules(energy.total)] as [string, string]] : []),
    ...(cost ? [['cost', dollars(cost.total)] as [string, string]] : []),
    ...(verification ? [['verified', verifiedInWords(verification)] as [string, string]] : []),
  ];
}

function payload(plan: Plan): string {
  if (plan.cut.length === 0) return 'nothing crosses';
  const cloud = plan.baselines['cloud-only'];
  const beside =
    cloud && plan.decision !== 'cloud-only'
      ? `, ${percent(payloadOf(plan) / payloadOf(cloud))} of what cloud-only sends`
      : '';
  return `${bytes(payloadOf(plan))}${beside}: ${plan.cut.map(({ tensor, bits, encoding }) => `${code(tensor)} at ${bits} bits, ${encoding}`).join('; ')}`;
}

const verifiedInWords = ({
  samples,
  notRun,
  wireBytes,
  outputDifference,
}: NonNullable<SplitManifest['verification']>) =>
  `${counted(samples, 'sample')} as two processes: ${wireBytes > 0 ? `${bytes(wireBytes)} of codes equal, ` : ''}${outputDifference === 0 ? 'all outputs equal' : `outputs within ${outputDifference.toExponential(1)}`}${notRun ? `; ${notRunInWords(notRun)}` : ''}`;

function changeLines({ reference, cut, figures: all, layers, inputs }: Changes): string[] {
  const changed = all.filter(({ before, after }) => before !== after);
  if (!cut && changed.length === 0 && layers === 0 && inputs.length === 0)
    return [`Nothing has changed since ${code(reference)}.`];
  return [
    ...(cut ? [`The cut has moved since ${code(reference)}: ${escaped(cut.before)} → ${escaped(cut.after)}.`, ''] : []),
    ...(changed.length > 0
      ? [
          `| | ${code(reference)} | now | |`,
          '|---|---:|---:|---:|',
          ...changed.map(
            (each) =>
              `| ${each.name} | ${shown(each.before, each.unit)} | ${shown(each.after, each.unit)} | ${difference(each)} |`,
          ),
        ]
      : ['No figure has changed.']),
    ...(layers > 0
      ? ['', `${counted(layers, 'layer')} ${layers === 1 ? 'has' : 'have'} another side or other bits.`]
      : []),
    ...(inputs.length > 0
      ? ['', 'Inputs that have changed:', '', ...inputs.slice(0, MAX_INPUTS).map((line) => `- ${code(line)}`)]
      : []),
    ...(inputs.length > MAX_INPUTS ? [`- and ${inputs.length - MAX_INPUTS} more`] : []),
  ];
}

/** Shows `times as long` only for measured baselines that keep all limits. */
function comparison(plan: Plan): string[] {
  const row = (name: string, other: Alternative, speedup: string, note: string) =>
    `| ${[name, escaped(cutLabel(other, 40)), seconds(other.latency.total), speedup, bytes(payloadOf(other)), bytes(other.edge.memory.total), scoreOf(other), note].join(' | ')} |`;
  return [
    '| | cut | latency | times as long | payload | edge RAM | accuracy | |',
    '|---|---|---:|---:|---:|---:|---:|---|',
    row('**autosplit**', { ...plan, feasible: true }, '', verdictOfPlan(plan)),
    ...baselinesOf(plan).map(([name, other]) => row(name, other, slowdown(other, plan), noteOf(other))),
  ];
}

function noteOf(other: Alternative): string {
  const broken = brokenNames(other);
  return broken === '' ? verdictOfPlan(other) : `breaks ${broken}`;
}

const rows = (pairs: readonly [string, string][]): string[] => [
  '| | |',
  '|---|---|',
  ...pairs.map(([name, value]) => `| ${name} | ${value} |`),
];

/** A code span that is safe in a table: without backticks, pipes and line breaks. */
const code = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll('|', '\\|').replaceAll('\n', ' ')}\``;

const escaped = (text: string): string => text.replaceAll(/[\\`*_[\]<>|#]/g, '\\$&').replaceAll('\n', ' ');
