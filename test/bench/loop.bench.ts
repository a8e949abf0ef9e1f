import { NETWORKS, type SharedNetwork } from '../networks/networks.js';
import { buildAndHoldBack, edgeMemory, type LoopRow } from './loop/held-back.js';
import { type SecondBuild, secondBuild } from './loop/second-build.js';
import { markdownTable, rowsInDocs, writeDocs } from './write-docs.js';

/** Networks with true float weights and labels, and how many validation samples there are. */
const LABELLED: readonly [string, SharedNetwork, number][] = [
  ['dscnn', NETWORKS.dscnn, 500],
  ['resnet20', NETWORKS.resnet20, 800],
  ['lprnet', NETWORKS.lprnet, 400],
  [
    'resnet56',
    { ...NETWORKS.resnet20, model: 'resnet56_cifar10_fp32', middle: ['/layer2/layer2.8/Relu_1_output_0'] },
    800,
  ],
  ['squeezenet1.1', NETWORKS['squeezenet1.1'], 400],
  ['mobilenetv2', NETWORKS.mobilenetv2, 400],
];

/**
 * Accuracy in the loop, judged by samples that it never saw, and what a second build costs. Names of networks, or
 * `second-build`, take these alone; the rows of the others stay in the documents.
 */
export async function bench({
  smoke = false,
  'write-docs': docs = false,
  args = [],
}: {
  smoke?: boolean;
  'write-docs'?: boolean;
  args?: string[];
}) {
  const isBuild = args.includes('second-build');
  const named = LABELLED.filter(([name]) => args.includes(name));
  const chosen = named.length > 0 ? named : isBuild ? [] : smoke ? LABELLED.slice(0, 1) : LABELLED;
  const rows: LoopRow[] = [];
  for (const [name, network, all] of chosen) {
    const memory = await edgeMemory(network);
    for (const link of ['3g', 'slow'] as const) {
      rows.push(await buildAndHoldBack(name, network, all, memory, link));
      process.stderr.write(`${name}, ${link}\n`);
    }
  }
  const builds = isBuild || named.length === 0 ? [await secondBuild(smoke ? 'dscnn' : 'mobilenetv2')] : [];
  if (docs && rows.length > 0) writeDocs(DOCUMENT, 'loop', markdownTable(LOOP_HEADER, beside(rows.map(loopCells))));
  if (docs && builds.length > 0)
    writeDocs(DOCUMENT, 'second-build', markdownTable(BUILD_HEADER, builds.map(buildCells)));
  const fronts = rows.flatMap(({ network, link, infeasible }) =>
    infeasible ? [`${network}, ${link}: ${infeasible}`] : [],
  );
  const holds = [...rows, ...builds].every((row) => row.holds);
  const tables = [markdownTable(LOOP_HEADER, rows.map(loopCells)), markdownTable(BUILD_HEADER, builds.map(buildCells))];
  return {
    result: { benchmark: 'loop', holds, rows, builds },
    text: [...tables.map((lines) => lines.join('\n')), ...fronts].join('\n\n'),
  };
}

const DOCUMENT = 'docs/payload.md';

/** New rows with those of other networks that the document has, in the order of the networks. */
function beside(rows: string[][]): string[][] {
  const ran = new Set(rows.map(([network]) => network));
  const others = rowsInDocs(DOCUMENT, 'loop').filter(([network]) => !ran.has(network));
  const place = ([network]: string[]) => LABELLED.findIndex(([name]) => name === network);
  return [...others, ...rows].filter((row) => place(row) >= 0).sort((a, b) => place(a) - place(b));
}

const points = (share: number) => (100 * share).toFixed(2);

const LOOP_HEADER = [
  'network',
  'link',
  'edge memory',
  'plan',
  'total',
  'plans run',
  'drop in the build (95 %)',
  'drop held back (95 %)',
  'holds',
];

const loopCells = ({
  network,
  link,
  memoryBytes,
  decision,
  cut,
  totalSeconds,
  plansMeasured,
  chosen,
  heldBack,
  holds,
}: LoopRow): string[] => [
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
];

const BUILD_HEADER = ['network', 'first build', 'second build, another uplink', 'ratio'];

const buildCells = ({ network, firstSeconds, secondSeconds, ratio }: SecondBuild): string[] => [
  network,
  `${firstSeconds.toFixed(1)} s`,
  `${secondSeconds.toFixed(1)} s`,
  ratio.toFixed(2),
];
