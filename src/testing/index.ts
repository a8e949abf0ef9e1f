/**
 * `autosplit/testing`: what every target must do, as cases for any test framework. networks.ts has the networks that
 * are split, observe.ts has a target make and run its side of them, rules.ts says what is wrong with what came of it.
 */

import { WIRE_BITS } from '../config/bits.js';
import { CODECS } from '../runtime/codecs/index.js';
import { referenceCloud, referenceEdge } from '../targets/index.js';
import type { CloudTarget, EdgeTarget, Targets } from '../targets/target.js';
import { AutosplitError } from '../util/error.js';
import { chain, pictures, severalTensors, type TestNetwork, typedInputs } from './networks.js';
import { allBytes, type MadeFiles, type MadeSide, makeSide, observeFiles, runSides } from './observe.js';
import {
  modelProblems,
  placeProblems,
  readmeProblems,
  refusalProblems,
  refusedProblems,
  repeatProblems,
  statementProblems,
  storageProblems,
} from './rules.js';
import { type PreparedNetwork, prepareNetwork, type TargetNetwork, type Wanted } from './split.js';

/**
 * The splits that a target makes its side of.
 * - `several`: several inputs and crossing tensors at several bits, outputs of both sides;
 * - `bits`: a layer with weights at each bit-width that the target states, all of them on the edge;
 * - `types`: inputs of bytes, int64 and flags, on the edge as far as the target can run them;
 * - `cloud-only`: nothing on the edge, pictures in every encoding that both targets state.
 */
export type TestedSplit = 'several' | 'bits' | 'types' | 'cloud-only';

/** One thing that a target must do. `run` rejects with an AutosplitError that says what is wrong. */
export interface TargetCase {
  name: string;
  run(): Promise<void>;
}

export interface TargetSuiteOptions {
  /**
   * `test` or `it` of a test framework (node:test, Vitest, Jest): is called for each case.
   * @default nothing is called; run the cases that are returned
   */
  test?: (name: string, run: () => Promise<void>, timeoutMilliseconds: number) => unknown;
  /** Splits that the target refuses, by throwing an Error in `files`. @default it takes all */
  refuses?: readonly TestedSplit[];
  /** True where its files are input of another tool: their size then says nothing of what is stored. @default false */
  forConverter?: boolean;
}

const TIMEOUT_MILLISECONDS = 600_000;

/**
 * The cases that a target must pass, of autosplit and of others. The other side of each split is that of autosplit.
 * @throws AutosplitError TARGET_INVALID where `target` is none, or an option is unknown
 */
export function targetSuite(target: EdgeTarget | CloudTarget, options: TargetSuiteOptions = {}): TargetCase[] {
  checkOptions(target, options);
  const cases = casesOf(target, options).map(({ name, run }) => ({ name: `${target.name}: ${name}`, run }));
  for (const { name, run } of cases) options.test?.(name, run, TIMEOUT_MILLISECONDS);
  return cases;
}

function checkOptions(target: EdgeTarget | CloudTarget, options: TargetSuiteOptions): void {
  if (target?.side !== 'edge' && target?.side !== 'cloud')
    throw new AutosplitError('TARGET_INVALID', 'targetSuite: the first argument is no target', {
      hint: 'give it what `defineEdgeTarget` or `defineCloudTarget` gives',
    });
  const known = ['test', 'refuses', 'forConverter'];
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  const split = options.refuses?.find((name) => !(name in SPLITS));
  if (unknown !== undefined || split !== undefined)
    throw new AutosplitError(
      'TARGET_INVALID',
      unknown !== undefined ? `targetSuite: unknown option \`${unknown}\`` : `targetSuite: unknown split "${split}"`,
      { hint: unknown !== undefined ? `options: ${known.join(', ')}` : `splits: ${Object.keys(SPLITS).join(', ')}` },
    );
}

type Pair = Targets & { tested: 'edge' | 'cloud' };

/** The encodings that both sides have, pictures at a quality. */
const encodingsOf = ({ edge, cloud }: Pair): string[] =>
  edge.encodings
    .filter((kind) => cloud.encodings.includes(kind))
    .map((kind) => (CODECS.find(({ name }) => name === kind)?.form.hasQuality ? `${kind}:90` : kind));

const SPLITS: Record<TestedSplit, (pair: Pair) => TestNetwork> = {
  several: severalTensors,
  bits: ({ edge }) => chain(edge.weightBits.length),
  types: typedInputs,
  'cloud-only': (pair) => pictures(1 + encodingsOf(pair).length),
};

const wantedOf = (pair: Pair): Wanted => ({
  weightBits: pair.edge.weightBits,
  wireBits: WIRE_BITS,
  encodings: ['raw', ...encodingsOf(pair)],
});

const SHOWN: Record<TestedSplit, string> = {
  several: 'several inputs and crossing tensors',
  bits: 'weights of every bit-width, on the edge alone',
  types: 'inputs of bytes, integers and flags',
  'cloud-only': 'everything in the cloud, every encoding',
};

function casesOf(target: EdgeTarget | CloudTarget, { refuses = [], forConverter = false }: TargetSuiteOptions) {
  const pair: Pair =
    target.side === 'edge'
      ? { edge: target, cloud: referenceCloud(), tested: 'edge' }
      : { edge: referenceEdge('native'), cloud: target, tested: 'cloud' };
  const made = new Map(splitsOf(target).map((name) => [name, once(() => madeOf(name, pair))]));
  /** Of all splits that the target takes. */
  const always = (rule: (files: MadeFiles) => string[]) => async () => {
    const problems: string[] = [];
    for (const [name, side] of made) {
      const { files } = await side();
      if (files.refused === undefined) problems.push(...rule(files).map((problem) => `${problem} (split: ${name})`));
    }
    return problems;
  };
  const computes = (name: TestedSplit, side: () => Promise<Made>) => async () => {
    const { files, ...split } = await side();
    const refused = refusedProblems(files, refuses.includes(name));
    return files.refused === undefined && refused.length === 0 ? answerProblems(split, pair) : refused;
  };
  const rules: [name: string, problemsOf: () => string[] | Promise<string[]>][] = [
    ['states what it can do', () => statementProblems(target)],
    ['is refused where it is asked for what it does not state', () => refusalProblems(target)],
    ['makes the same files again', always(repeatProblems)],
    ['names nothing of this machine', always((files) => placeProblems(files))],
    ['says in README.md how it is run', always((files) => readmeProblems(target, files))],
    ['ships models that load', always((files) => modelProblems(target, files))],
    ...[...made].map(([name, side]): [string, () => Promise<string[]>] => [
      `${refuses.includes(name) ? 'refuses' : 'computes'} ${SHOWN[name]}`,
      computes(name, side),
    ]),
  ];
  if (target.side === 'edge' && !forConverter)
    rules.push(['stores weights as it states', () => weighedProblems(target, pair)]);
  return rules.map(([name, problemsOf]) => ({ name, run: () => refuseProblems(target, problemsOf) }));
}

/** An edge that computes everything has no cloud side. */
const splitsOf = ({ side }: EdgeTarget | CloudTarget): TestedSplit[] =>
  side === 'edge' ? ['several', 'bits', 'types', 'cloud-only'] : ['several', 'cloud-only'];

async function refuseProblems(target: EdgeTarget | CloudTarget, problemsOf: () => string[] | Promise<string[]>) {
  const [first, ...rest] = await problemsOf();
  if (first === undefined) return;
  const message = `the ${target.side} target ${target.name}: ${[first, ...rest].join('; ')}`;
  throw new AutosplitError('TARGET_INVALID', message, { hint: 'docs/extending.md says what a target must do' });
}

/** A split of a test network, and what the tested target makes of its side. */
interface Made {
  network: TargetNetwork;
  side: MadeSide;
  files: MadeFiles;
}

async function madeOf(name: TestedSplit, pair: Pair): Promise<Made> {
  const network = await preparedFor(pair, SPLITS[name](pair));
  const side = await makeSide(network, pair.tested, wantedOf(pair));
  return { network, side, files: await observeFiles(side, pair.tested) };
}

/** Codes and outputs must be those of the same split in this process. */
const answerProblems = ({ side, network }: Omit<Made, 'files'>, { tested }: Pair): Promise<string[]> =>
  runSides(side, network, tested).then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  );

/** Layers of the chain whose weights are weighed, and how many weights that are. */
const WEIGHED_LAYERS = 6;
const WEIGHED = WEIGHED_LAYERS * 16 * 16 * 9 + 576 * 4;

/** Weighs the same chain with all weights at the least and at the most bits. */
async function weighedProblems(target: EdgeTarget, pair: Pair): Promise<string[]> {
  const network = await preparedFor(pair, chain(WEIGHED_LAYERS));
  const filesAt = async (bits: number) => {
    const { make } = await makeSide(network, 'edge', { ...wantedOf(pair), weightBits: [bits] });
    return allBytes(await make());
  };
  const narrow = await filesAt(Math.min(...target.weightBits));
  const wide = await filesAt(Math.max(...target.weightBits));
  return storageProblems(target, WEIGHED, { narrow, wide });
}

/** Networks as they were prepared, by what that hangs on: most targets share them. */
const prepared = new Map<string, Promise<PreparedNetwork>>();

async function preparedFor({ edge, cloud }: Pair, network: TestNetwork): Promise<TargetNetwork> {
  const key = JSON.stringify([network.name, edge.operators, edge.weightBits]);
  const known = prepared.get(key) ?? prepareNetwork(network, edge);
  prepared.set(key, known);
  return { ...(await known), targets: { edge, cloud } };
}

/** Work that is done when it is first asked for. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
