import { packedLength } from '../../src/numerics/pack.js';
import { type CodecRow, measureCodecs } from './payload/codecs.js';
import { measureCut, type OpenCut, type WidthRow } from './payload/cut.js';
import { CUTS, type PinnedCut } from './payload/networks.js';
import { type PictureRow, sendPictures, smallestPicture } from './payload/pictures.js';
import { markdownTable, writeDocs } from './write-docs.js';

/** Most that accuracy may drop, and the share of packed 8 bits that is then wanted. */
const LIMIT = 0.01;
const SHARE = 0.5;

interface Result {
  network: string;
  tensor: string;
  elements: number;
  samples: number;
  float: number;
  /** By bits on the wire. */
  rows: WidthRow[];
  /** The row of fewest bytes within the limit. */
  best: WidthRow | undefined;
  share: number | undefined;
  holds: boolean;
  /** The picture itself: raw, JPEG q90, and the lowest qualities that hold the limit too. */
  rawBytes: number;
  pictures: PictureRow[];
  winner: string;
}

/**
 * What crosses a pinned cut, beside the picture itself: 8 bits on the edge, each bit-width on the wire, both sides run
 * for every validation sample, and bytes as the edge side sends them. `codecs` alone times the encodings.
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
  const results: Result[] = [];
  const codecs: CodecRow[] = [];
  // The pictures of a network are the same for each of its cuts.
  const pictures = new Map<string, PictureRow[]>();
  const isCodecs = args.includes('codecs');
  const named = CUTS.filter(({ tensor }) => args.includes(tensor));
  for (const cut of named.length > 0 ? named : smoke ? CUTS.slice(-1) : CUTS) {
    codecs.push(...(await measureCodecs(cut)));
    if (isCodecs) continue;
    results.push(await measureCut(cut, smoke ? 64 : 'all', (open) => resultOf(cut, open, pictures)));
    process.stderr.write(`${cut.network} after ${cut.tensor}\n`);
  }
  const tables = { cuts: cutTable(results), widths: widthTable(results), codecs: codecTable(codecs) };
  const shown = Object.entries(tables).filter(([name]) => !isCodecs || name === 'codecs');
  if (docs) for (const [name, lines] of shown) writeDocs('docs/payload.md', name, lines);
  const holds = results.every((result) => result.holds);
  const text = shown.map(([, lines]) => lines.join('\n'));
  return {
    result: { benchmark: 'payload', limit: LIMIT, share: SHARE, holds, results, codecs },
    text: text.join('\n\n'),
  };
}

async function resultOf(
  { network, tensor }: PinnedCut,
  open: OpenCut,
  known: Map<string, PictureRow[]>,
): Promise<Result> {
  const { rows, elements, scores, judge } = open;
  const best = rows.filter(({ accuracy }) => accuracy.drop <= LIMIT).reduce<WidthRow | undefined>(fewer, undefined);
  const packed = packedLength(elements, 8);
  const pictures = known.get(network) ?? (await picturesOf(open));
  known.set(network, pictures);
  const [image] = Object.values((await judge.samples.pictures?.decode(0)) ?? {});
  const contest = [
    ...(best ? [{ name: `feature map, ${best.bits} bits`, bytes: best.arithmetic }] : []),
    ...pictures
      .filter(({ accuracy }) => accuracy.drop <= LIMIT)
      .map(({ encoding, bytes }) => ({ name: encoding, bytes })),
  ].sort((a, b) => a.bytes - b.bytes);
  const share = best && best.arithmetic / packed;
  return {
    network,
    tensor,
    elements,
    samples: scores.length,
    float: rows[0].accuracy.float,
    rows,
    best,
    share,
    holds: share !== undefined && share <= SHARE,
    rawBytes: image?.codes.length ?? 0,
    pictures,
    winner: contest[0]?.name ?? 'none',
  };
}

async function picturesOf(open: OpenCut): Promise<PictureRow[]> {
  const q90 = await sendPictures(open, 'jpeg:90');
  const smallest = [await smallestPicture(open, 'jpeg', LIMIT), await smallestPicture(open, 'webp', LIMIT)];
  return [q90, ...smallest].flatMap((row) => row ?? []);
}

const fewer = (best: WidthRow | undefined, row: WidthRow) =>
  best === undefined || row.arithmetic < best.arithmetic ? row : best;

const points = (share: number) => `${(100 * share).toFixed(2)}`;
const count = (bytes: number) => bytes.toLocaleString('en-US');

const cutTable = (results: readonly Result[]) =>
  markdownTable(
    [
      'network, after',
      'packed 8 bits',
      'fewest bytes within 1 point',
      'share',
      'drop in points (95 %)',
      'raw pixels',
      'JPEG q90',
      'JPEG within 1 point',
      'WebP within 1 point',
      'smallest',
    ],
    results.map(({ network, tensor, elements, best, share, rawBytes, pictures: [q90, ...others], winner }) => [
      `${network}, \`${tensor}\``,
      count(elements),
      best ? `${count(best.arithmetic)} at ${best.bits} bits` : 'none',
      share === undefined ? '' : share.toFixed(2),
      best ? `${points(best.accuracy.drop)} (${best.accuracy.interval.map(points).join(' to ')})` : '',
      count(rawBytes),
      `${count(q90.bytes)} (drop ${points(q90.accuracy.drop)})`,
      ...['jpeg', 'webp'].map((format) => {
        const row = others.find(({ encoding }) => encoding.startsWith(format));
        return row ? `${count(row.bytes)} at q${row.encoding.slice(5)}` : 'none';
      }),
      winner,
    ]),
  );

const widthTable = (results: readonly Result[]) =>
  markdownTable(
    [
      'network, after',
      'bits',
      'packed',
      'deflate',
      'brotli',
      'arithmetic',
      'p50',
      'p95',
      'top-1',
      'drop in points (95 %)',
    ],
    results.flatMap(({ network, tensor, rows }) =>
      rows.map(({ bits, packed, deflate, brotli, arithmetic, p50, p95, accuracy }) => [
        `${network}, \`${tensor}\``,
        String(bits),
        ...[packed, deflate, brotli, arithmetic, p50, p95].map(count),
        points(accuracy.quantized),
        `${points(accuracy.drop)} (${accuracy.interval.map(points).join(' to ')})`,
      ]),
    ),
  );

const codecTable = (codecs: readonly CodecRow[]) =>
  markdownTable(
    ['network, after', 'encoding', 'ns per byte to encode', 'to decode'],
    codecs.map(({ network, tensor, encoding, encode, decode }) => [
      `${network}, \`${tensor}\``,
      encoding,
      encode.toFixed(0),
      decode.toFixed(0),
    ]),
  );
