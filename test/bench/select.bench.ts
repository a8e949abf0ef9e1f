import { NETWORKS, type SharedNetwork } from '../networks/networks.js';
import { type SelectCase, type SelectRow, walkCases } from './select/walk.js';
import { markdownTable, writeDocs } from './write-docs.js';

/** Small networks with true weights and labels, and how many of their samples are used. */
const SMALL: readonly [string, SharedNetwork, number][] = [
  ['mnist-8', NETWORKS['mnist-8'], 400],
  ['dscnn', NETWORKS.dscnn, 400],
  [
    'resnet8',
    { ...NETWORKS.resnet20, model: 'resnet8_cifar10_mlperftiny_fp32', ...withRawPixels(NETWORKS.resnet20) },
    400,
  ],
  ['lprnet', NETWORKS.lprnet, 400],
  ['resnet20', NETWORKS.resnet20, 400],
];

/**
 * Devices that hold weights in 8 bits and in as many as planned, slow and fast links, and shares of the memory that
 * everything on the edge takes at 8 bits: so that plans are splits, with few bits and with many.
 */
const CASES: readonly SelectCase[] = [
  { edge: { preset: 'raspberry-pi-zero-2w' }, network: { preset: '4g' } },
  { edge: { preset: 'raspberry-pi-zero-2w' }, network: { preset: '3g', uplink: '300 kbps' }, memoryShare: 0.5 },
  { edge: { preset: 'eyeriss', target: 'simulated' }, network: { preset: '3g', uplink: '1 Mbps' }, memoryShare: 0.6 },
  { edge: { preset: 'eyeriss', target: 'simulated' }, network: { preset: 'lte-cat-1' }, memoryShare: 0.3 },
  { edge: { preset: 'rp2040', target: 'simulated', memory: '100 MB' }, network: { preset: 'wifi-5' } },
  { edge: { preset: 'nrf5340', target: 'simulated' }, network: { preset: 'ble-5' }, memoryShare: 0.45 },
];

function withRawPixels({ calibration, validation }: SharedNetwork): Pick<SharedNetwork, 'calibration' | 'validation'> {
  return { calibration: { ...calibration, preprocess: {} }, validation };
}

/**
 * The plan of a build beside every plan of a coarse grid that could be faster, all measured. Names of networks take
 * these alone.
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
  const named = SMALL.filter(([name]) => args.includes(name));
  const networks = named.length > 0 ? named : smoke ? SMALL.slice(0, 1) : SMALL;
  const rows: SelectRow[] = [];
  for (const [name, network, samples] of networks) {
    rows.push(...(await walkCases(name, network, smoke ? CASES.slice(0, 2) : CASES, smoke ? 100 : samples)));
    process.stderr.write(`${name}\n`);
  }
  const table = markdownTable(HEADER, rows.map(cells));
  if (docs) writeDocs('docs/planning.md', 'select', table);
  return { result: { benchmark: 'select', holds: rows.every(({ holds }) => holds), rows }, text: table.join('\n') };
}

const HEADER = [
  'network',
  'case',
  'plan of the build',
  'over the fastest of the grid',
  'drop',
  'plans measured',
  'seconds',
  'plans of the grid',
  'certificate',
  'holds',
];

const cells = ({
  network,
  chosen,
  ratio,
  drop,
  verdict,
  plansMeasured,
  chooseSeconds,
  gridPlans,
  certificate,
  holds,
  ...row
}: SelectRow): string[] => [
  network,
  row.case,
  `${(1000 * chosen).toFixed(2)} ms`,
  ratio.toFixed(3),
  `${(100 * drop).toFixed(2)} (${verdict})`,
  String(plansMeasured),
  chooseSeconds.toFixed(1),
  String(gridPlans),
  certificate.complete ? 'complete' : `${certificate.untried} untried`,
  holds ? 'yes' : 'no',
];
