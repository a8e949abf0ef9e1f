import { account } from '../../src/planner/core/accounting.js';
import { type NetworkResult, writeDocument } from './accuracy/document.js';
import { mixed, type OwnRow, ownRow, uniform } from './accuracy/ours.js';
import { type Drop, mean, pairedDrop } from './accuracy/paired.js';
import { ACCURACY_NETWORKS, prepare } from './accuracy/prepared.js';
import { preparePython, pythonRows } from './accuracy/python.js';

/**
 * Accuracy of whole networks on the edge against float, by bits of the weights, activations at 8: calibrated on
 * `calib`, measured on `val`, beside onnxruntime's own static quantizer on the same samples in the same runtime.
 *
 *   --networks a,b   some of them    --skip-python   ours alone    --write-docs   puts the tables into docs/accuracy.md
 */
export async function bench({ smoke = false, args = [] }: { smoke?: boolean; args?: string[] }) {
  const at = args.indexOf('--networks');
  const names = smoke ? ['dscnn'] : at >= 0 ? args[at + 1].split(',') : Object.keys(ACCURACY_NETWORKS);
  const withPython = !smoke && !args.includes('--skip-python');
  if (withPython) await preparePython();
  const results: NetworkResult[] = [];
  for (const name of names) {
    results.push(await measure(name, smoke ? 50 : Number.POSITIVE_INFINITY, withPython));
    if (args.includes('--write-docs')) await writeDocument(results.slice(-1));
  }
  return { result: { benchmark: 'accuracy', networks: results }, text: results.map(lines).join('\n\n') };
}

async function measure(network: string, samples: number, withPython: boolean): Promise<NetworkResult> {
  const prepared = await prepare(network, {}, samples);
  try {
    const { problem } = prepared;
    const memory = (bits: number) => account(problem, uniform(problem, bits)).memory.total;
    const own: OwnRow[] = [];
    for (const bits of [8, 4, 2]) own.push(await ownRow(prepared, `${bits} bits`, bits, uniform(problem, bits)));
    own.push(await ownRow(prepared, 'mixed, in the memory of 4 bits', 'mixed', mixed(problem, memory(4))));
    own.push(
      await ownRow(prepared, 'mixed, in the memory of 2 bits and a quarter', 'mixed', mixed(problem, 1.25 * memory(2))),
    );
    const python = withPython ? await pythonRows(prepared, [8, 4]) : [];
    const [eight, four, , , mixedTwo] = own.map((row) => row.drop);
    const against = own.slice(0, 2).flatMap(({ bits, scores }) => {
      const rivals = python
        .filter((row) => row.bits === bits && row.scores)
        .sort((a, b) => mean(b.scores ?? []) - mean(a.scores ?? []));
      const [best] = rivals;
      return best?.scores ? [{ bits: Number(bits), best: best.method, drop: pairedDrop(best.scores, scores) }] : [];
    });
    const claims = {
      'W8A8 loses at most 0.5 point, or nothing beyond the interval': eight.drop <= 0.5 || eight.low <= 0,
      'W4A8 loses at most 2 points': four.drop <= 2,
      'mixed bits score no worse than 4 bits in their memory, beyond the interval':
        pairedDrop(own[1].scores, own[3].scores).low <= 0,
      'mixed bits leave less error in the outputs than 4 bits in their memory': own[3].outputError < own[1].outputError,
      'mixed bits in 1.25 times the memory of 2 bits keep half of the score':
        mixedTwo.score >= 50 * mean(prepared.float),
      ...Object.fromEntries(
        against.map(({ bits, drop }) =>
          bits === 8
            ? ['8 bits are no worse than onnxruntime’s beyond the interval', drop.low <= 0]
            : ['4 bits are better than onnxruntime’s', drop.drop < 0],
        ),
      ),
    };
    return {
      network,
      metric: prepared.metric,
      samples: prepared.float.length,
      calibration: prepared.calibration.count,
      float: 100 * mean(prepared.float),
      own: own.map(({ scores: _, ...row }) => row),
      python: python.map(({ scores: _, ...row }) => row),
      against,
      claims,
    };
  } finally {
    await prepared.close();
  }
}

const points = ({ score, drop, low, high }: Drop) =>
  `${score.toFixed(2).padStart(6)} %  drop ${drop.toFixed(2).padStart(6)}  [${low.toFixed(2)}, ${high.toFixed(2)}]`;

const lines = ({ network, samples, float, own, python, against, claims }: NetworkResult) =>
  [
    `${network}: float ${float.toFixed(2)} % on ${samples} samples`,
    ...own.map(
      ({ method, drop, memoryBytes, outputError, seconds }) =>
        `  ${method.padEnd(46)} ${points(drop)}  ${(memoryBytes / 1024).toFixed(0)} KiB, output error ${(100 * outputError).toFixed(2)} %, quantized in ${seconds.toFixed(1)} s`,
    ),
    ...python.map(
      ({ method, bits, drop, error }) =>
        `  ${`onnxruntime ${method}, ${bits} bits`.padEnd(46)} ${drop ? points(drop) : error}`,
    ),
    ...against.map(({ bits, best, drop }) => `  ours at ${bits} bits against ${best}: ${points(drop)}`),
    ...Object.entries(claims).map(([claim, holds]) => `  ${holds ? 'holds' : 'FAILS'}: ${claim}`),
  ].join('\n');
