import type { SplitManifest } from '../bundle/manifest.js';
import type { Alternative, PlanDocument } from '../documents/plan.js';
import type { SplitSpec } from '../runtime/spec.js';
import { BUILT_IN } from '../targets/index.js';
import { bytes, percent, seconds } from '../util/format.js';
import type { Verification } from '../verify/index.js';
import {
  accuracyInWords,
  isPredicted,
  PREDICTED_LINE,
  predictedInWords,
  remark,
  scoreOf,
  slowdown,
  standingOf,
  verdictOfRow,
} from './accuracy.js';
import { counted, cutInWords, dense, sends, table } from './format.js';
import { objectiveWords } from './objective.js';
import { spendingRows } from './spending.js';
import { boundOf, diskInWords, encodedInput, notRunInWords, warningLines } from './words.js';

const BAR = 48;

/** A plan for the terminal: cut, latency, RAM, accuracy and baselines. */
export function planSummary(plan: PlanDocument): string {
  const bits = bitsInWords(plan);
  return [
    '',
    ...(isPredicted(plan) ? [PREDICTED_LINE, ''] : []),
    `${plan.build}: ${inWords(plan)}`,
    ...(plan.certificate ? [plan.certificate.statement] : []),
    ...warningLines(plan.warnings),
    '',
    bar(plan.latency),
    '',
    ...table([
      ['edge RAM', memory(plan.edge.memory)],
      ...(plan.edge.disk.total > 0 ? [['edge disk', diskInWords(plan.edge.disk)]] : []),
      [
        'accuracy',
        plan.accuracy ? `${plan.accuracy.metric} ${accuracyInWords(plan.accuracy)}` : predictedInWords(plan),
      ],
      ...(bits === '' ? [] : [['edge weights', bits]]),
      ...spendingRows(plan),
      ['bound', bound(plan)],
      ...(plan.effort.skipped.length > 0 ? [['effort', effort(plan.effort)]] : []),
      ...Object.entries(plan.deployable.reasons).map(([side, reason]) => [
        side === 'edge' ? 'device' : 'cloud',
        reason,
      ]),
    ]),
    '',
    ...comparison(plan),
    ...measuredPlans(plan),
  ].join('\n');
}

interface BuildReport {
  document: PlanDocument;
  verification: Verification;
  files: readonly { path: string; bytes: number }[];
  /** Folder of the bundle relative to the working directory, with forward slashes. */
  output: string;
  warning: string | undefined;
  spec: SplitSpec;
  targets: SplitManifest['targets'];
}

/** A build for the terminal: plan, verification, files and next steps. */
export function buildSummary({ document, verification, files, output, warning, spec, targets }: BuildReport): string {
  return [
    planSummary(document),
    '',
    ...table([
      ['verified', verified(verification, spec)],
      ...(verification.notRun ? [['not run', notRunInWords(verification.notRun)]] : []),
      ['against float', verification.outputs.map((output) => againstFloat(output, verification.samples)).join(', ')],
      ...(warning && !document.warnings?.includes(warning) ? [['warning', warning]] : []),
    ]),
    '',
    ...table(
      files.map((file) => [`${output}/${file.path}`, bytes(file.bytes)]),
      [1],
    ),
    '',
    'next',
    ...nextSteps(output, spec, targets, document.deployable.edge).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function verified(
  { samples, notRun, wireBytes, outputDifference, unlikeNative }: Verification,
  { cloud }: SplitSpec,
): string {
  const outputs = outputDifference === 0 ? 'all outputs equal' : `outputs within ${outputDifference.toExponential(1)}`;
  const unlike = unlikeNative ? `; ${counted(unlikeNative, 'byte')} differ from onnxruntime-node` : '';
  if (!cloud)
    return `${counted(samples, 'sample')} through ${notRun ? 'a' : 'the edge side as a'} separate process: ${outputs}`;
  return `${counted(samples, 'sample')} through ${notRun ? 'two processes' : 'both sides as two processes'}: all ${bytes(wireBytes)} of codes equal, ${outputs}${unlike}`;
}

function againstFloat(
  { name, sqnr, top1Agreement, equalSamples }: Verification['outputs'][number],
  samples: number,
): string {
  const difference =
    equalSamples === samples
      ? 'identical'
      : sqnr === null
        ? `differs in ${samples - equalSamples} of ${samples} samples`
        : `${sqnr.toFixed(1)} dB`;
  return `${name} ${difference}${top1Agreement === null ? '' : ` (top-1 agreement ${percent(top1Agreement)})`}`;
}

/** Commands to try the bundle. How to start a third-party target is not known. */
function nextSteps(
  output: string,
  spec: SplitSpec,
  { edge, cloud = '' }: SplitManifest['targets'],
  isOnDevice: boolean,
): string[] {
  const folder = /^\.{0,2}\//.test(output) ? output : `./${output}`;
  const inputs = spec.inputs.map(({ name }) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}': value`));
  return [
    `git add ${output}`,
    ...(BUILT_IN.cloud.includes(cloud) ? [`node ${output}/cloud/server.mjs --port 8080`] : []),
    ...(BUILT_IN.edge.includes(edge)
      ? [
          ...(isOnDevice ? [] : ['# no generated side runs on the device (see above); to try the split in Node.js:']),
          `import { createEdge } from '${folder}/edge/edge.mjs'   # then: await edge.infer({ ${inputs.join(', ')} })`,
        ]
      : []),
  ];
}

function inWords({ decision, cut, layers }: PlanDocument): string {
  const edge = layers.filter((layer) => layer.placement === 'edge').length;
  if (decision === 'edge-only') return `everything on the edge (${counted(layers.length, 'layer')})`;
  const sent = cut.map(
    ({ tensor, shape, bits, encoding, bytes: size }) =>
      `${tensor} [${shape.join('x')}] at ${bits} bits, ${encoding}, ${bytes(size)}`,
  );
  if (decision === 'cloud-only')
    return `everything in the cloud; the edge sends ${encodedInput(layers)}${sent.join(' and ')}`;
  return `${edge} of ${counted(layers.length, 'layer')} on the edge, which sends ${sent.join(' and ')}`;
}

/** Edge, link and cloud as one bar, to scale. */
function bar({ edge, transfer, cloud, total }: PlanDocument['latency']): string {
  const parts: [string, number, string][] = [
    ['edge', edge, '█'],
    ['link', transfer, '▒'],
    ['cloud', cloud, '░'],
  ];
  let [passed, drawn] = [0, ''];
  for (const [, value, glyph] of parts) {
    passed += value;
    drawn += glyph.repeat(Math.max(0, total > 0 ? Math.round((BAR * passed) / total) - drawn.length : 0));
  }
  return `${drawn}  ${seconds(total)}\n${parts.map(([name, value, glyph]) => `${glyph} ${name} ${seconds(value)}`).join('   ')}`;
}

function memory({ total, limit, weights, activations }: PlanDocument['edge']['memory']): string {
  const allowed = limit === null ? '' : ` of ${bytes(limit)} (${percent(total / limit)})`;
  return `${bytes(total)}${allowed}${total > 0 ? `: weights ${bytes(weights)}, activations ${bytes(activations)}` : ''}`;
}

/** A table of the measured plans, the chosen one included. */
function measuredPlans({ measured = [], accuracy: own }: PlanDocument): string[] {
  if (measured.length < 2 || !own) return [];
  const rows = measured.map((point) => {
    const { decision, cut, latency, edge, accuracy } = point;
    const isFloat = standingOf(point) === 'float';
    return [
      seconds(latency.total),
      sends(point) || '0 B',
      bytes(edge.memory.total),
      percent(accuracy.quantized),
      percent(accuracy.drop),
      isFloat ? '' : accuracy.interval.map(percent).join(' to '),
      String(accuracy.samples),
      cutInWords(
        decision,
        cut.map(({ tensor }) => tensor),
      ),
      isFloat ? 'float' : verdictOfRow(accuracy),
    ];
  });
  const head = ['total', 'sent', 'RAM', own.metric, 'drop', '95 %', 'samples', 'measured', ''];
  return ['', ...table([head, ...rows], [0, 2, 3, 4, 5, 6])];
}

/** The lower bound of the search. It holds for the cost model, not for measured latencies. */
function bound({ objective, error, optimality }: PlanDocument): string {
  const { lowerBound, gap, solver } = optimality;
  const { improve, show } = objectiveWords(objective);
  const { plans, accuracy } = boundOf({ error, optimality });
  const beyond = gap < 1e-9 ? improve : `${improve} than ${show(lowerBound)}`;
  const below = gap < 1e-9 ? '' : ` (${gap < 5e-5 ? 'under 0.01 %' : percent(gap)} less)`;
  return `${plans} can ${beyond}${below} by this cost model, ${accuracy}; proven${solver === 'highs' ? ' by HiGHS' : ''}`;
}

const effort = ({ level, skipped }: PlanDocument['effort']) => `${level}: without ${skipped.join(', ')}`;

function bitsInWords({ layers }: PlanDocument): string {
  const counts = new Map<number, number>();
  for (const { placement, weightBits } of layers)
    if (placement === 'edge' && weightBits !== null) counts.set(weightBits, (counts.get(weightBits) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bits, count]) => `${counted(count, 'layer')} ${bits === 32 ? 'in float' : `at ${bits} bits`}`)
    .join(', ');
}

/** The plan beside the baselines. Shows `times as long` only for measured baselines that keep all limits. */
function comparison(plan: PlanDocument): string[] {
  const hasScores = [plan, ...Object.values(plan.baselines)].some((other) => other?.accuracy);
  const row = (
    name: string,
    other: Pick<Alternative, 'latency' | 'edge'>,
    speedup: string,
    score: string,
    note: string,
  ) => [
    name,
    ...[other.latency.edge, other.latency.transfer, other.latency.cloud, other.latency.total].map(seconds),
    speedup,
    bytes(other.edge.memory.total),
    hasScores ? score : '',
    note,
  ];
  const rows = [
    ['', 'edge', 'link', 'cloud', 'total', 'times as long', 'RAM', 'accuracy', ''],
    row('autosplit', plan, '', scoreOf(plan), ''),
    ...Object.entries(plan.baselines).flatMap(([name, other]) =>
      other ? [row(name, other, slowdown(other, plan), scoreOf(other), remark(other))] : [],
    ),
  ];
  return dense(rows, [1, 2, 3, 4, 5, 6, 7]);
}
