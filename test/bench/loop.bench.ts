import { NETWORKS, type SharedNetwork } from '../networks/networks.js';
import { buildAndHoldBack, edgeMemory, type LoopRow } from './loop/held-back.js';
import { type SecondBuild, secondBuild } from './loop/second-build.js';
import { markdownTable, writeDocs } from './write-docs.js';

/** Networks with true float weights and labels, and how many validation samples there are. */
const LABELLED: readonly [string, SharedNetwork, number][] = [
  ['dscnn', NETWORKS.dscnn, 500],
  ['resnet20', NETWORKS.resnet20, 800],
  ['lprnet', NETWORKS.lprnet, 400],
  ['resnet56', { ...NETWORKS.resnet20, model: 'resnet56_cifar10_fp32', middle: ['/layer2/layer2.8/Relu_1_output_0'] }, 800],
  ['squeezenet1.1', NETWORKS['squeezenet1.1'], 400],
  ['mobilenetv2', NETWORKS.mobilenetv2, 400],
];

/** Accuracy in the loop, judged by samples that it never saw, and what a second build costs. */
export async function bench({
  smoke = false,
  'write-docs': docs = false,
  args = [],
}: {
  smoke?: boolean;
  'write-docs'?: boolean;
  args?: string[];
}) {
  const named = LABELLED.filter(([name]) => args.includes(name));
  const chosen = named.length > 0 ? named : smoke ? LABELLED.slice(0, 1) : LABELLED;
  const rows: LoopRow[] = [];
  for (const [name, network, all] of chosen) {
    const memory = await edgeMemory(network);
    for (const link of ['3g', 'slow'] as const) {
      rows.push(await buildAndHoldBack(name, network, all, memory, link));
      process.stderr.write(`${name}, ${link}\n`);
    }
  }
  const builds = named.length > 0 ? [] : [await secondBuild(smoke ? 'dscnn' : 'mobilenetv2')];
  const tables = { loop: loopTable(rows), 'second-build': buildTable(builds) };
  if (docs) for (const [name, lines] of Object.entries(tables)) writeDocs('docs/payload.md', name, lines);
  const fronts = rows.flatMap(({ network, link, infeasible }) => (infeasible ? [`${network}, ${link}: ${infeasible}`] : []));
  const holds = [...rows, ...builds].every((row) => row.holds);
  const text = [...Object.values(tables).map((lines) => lines.join('\n')), ...fronts].join('\n\n');
  return { result: { benchmark: 'loop', holds, rows, builds }, text };
}

const points = (share: number) => (100 * share).toFixed(2);

const loopTable = (rows: readonly LoopRow[]) =>
  markdownTable(
    ['network', 'link', 'edge memory', 'plan', 'total', 'plans run', 'drop in the build (95 %)', 'drop held back (95 %)', 'holds'],
    rows.map(({ network, link, memoryBytes, decision, cut, totalSeconds, plansMeasured, chosen, heldBack, holds }) => [
      network,
      link,
      `${(memoryBytes / 1000).toFixed(0)} kB`,
      [decision, cut].filter((part) => part !== '').join(': '),
      totalSeconds === undefined ? '' : `${(1000 * totalSeconds).toFixed(1)} ms`,
      plansMeasured === undefined ? '' : String(plansMeasured),
      ...[chosen, heldBack].map((found) =>
        found ? `${points(found.drop)} (${found.interval.map(points).join(' to ')}), ${found.samples} samples` : '',
      ),
      holds ? 'yes' : 'no',
    ]),
  );

const buildTable = (builds: readonly SecondBuild[]) =>
  markdownTable(
    ['network', 'first build', 'second build, another uplink', 'ratio'],
    builds.map(({ network, firstSeconds, secondSeconds, ratio }) => [
      network,
      `${firstSeconds.toFixed(1)} s`,
      `${secondSeconds.toFixed(1)} s`,
      ratio.toFixed(2),
    ]),
  );
