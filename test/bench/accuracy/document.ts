import { readFile, writeFile } from 'node:fs/promises';
import type { OwnRow } from './ours.js';
import type { Drop } from './paired.js';
import type { PythonRow } from './python.js';

export interface NetworkResult {
  network: string;
  metric: string;
  samples: number;
  calibration: number;
  /** Score of the float network, in percent. */
  float: number;
  own: Omit<OwnRow, 'scores'>[];
  python: Omit<PythonRow, 'scores'>[];
  /**
   * Our score less the best of onnxruntime's quantizer at the same bits, with its paired interval; negative drop: ours
   * is better.
   */
  against: { bits: number; best: string; drop: Drop }[];
  claims: Record<string, boolean>;
}

const FILE = 'docs/accuracy.md';
const [START, END] = ['<!-- generated: table -->', '<!-- /generated -->'];

const signed = (points: number) => (points < 0 ? `−${(-points).toFixed(2)}` : points.toFixed(2));
const dropText = ({ score, drop, low, high }: Drop) =>
  `${score.toFixed(2)} | ${signed(drop)} | ${signed(low)} … ${signed(high)}`;

/** One table for each network. */
export function tables(results: readonly NetworkResult[]): string {
  return results
    .map(({ network, samples, calibration, float, own, python }) => {
      const rows = [
        ...own.map(
          ({ method, memoryBytes, outputError, drop }) =>
            `| ${method} | ${(memoryBytes / 1024).toFixed(0)} KiB | ${(100 * outputError).toFixed(2)} | ${dropText(drop)} |`,
        ),
        ...python.map(({ method, bits, drop, error }) =>
          drop
            ? `| onnxruntime ${method}, ${bits} bits | | | ${dropText(drop)} |`
            : `| onnxruntime ${method}, ${bits} bits | | | ${error} | | |`,
        ),
      ];
      return [
        `### ${network}`,
        '',
        `Float ${float.toFixed(2)} %, ${samples} samples, calibrated on ${calibration} others.`,
        '',
        '| weights | edge memory | output error, % | score, % | drop, points | 95 % interval |',
        '|---|---|---|---|---|---|',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

/** Puts the tables between the marks of docs/accuracy.md; networks that were not run keep theirs. */
export async function writeDocument(results: readonly NetworkResult[]): Promise<void> {
  const text = await readFile(FILE, 'utf8');
  const [head, rest] = text.split(START);
  const [body = '', tail = ''] = (rest ?? '').split(END);
  const sections = new Map(
    body
      .split(/^(?=### )/m)
      .map((section): [string, string] => [/^### (.*)/.exec(section)?.[1] ?? '', section.trim()])
      .filter(([name]) => name !== ''),
  );
  for (const result of results) sections.set(result.network, tables([result]));
  await writeFile(FILE, `${head}${START}\n\n${[...sections.values()].join('\n\n')}\n\n${END}${tail}`);
}
