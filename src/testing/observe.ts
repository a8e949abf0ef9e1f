import path from 'node:path';
import { type Sides, under } from '../bundle/sides.js';
import { sideRuns } from '../bundle/stand-in.js';
import { openSplit } from '../evaluate/run.js';
import { openInference, openModel } from '../inference/session.js';
import type { QuantizedSplit } from '../quantize/index.js';
import type { Targets } from '../targets/target.js';
import { filesOfSide } from '../targets/target-files.js';
import { chunksOf, type FileContent } from '../util/content.js';
import { withTemporaryFolder } from '../util/exit.js';
import { discardFolder, stageFolder } from '../util/folder.js';
import { inOrder } from '../util/in-order.js';
import { type VerifiedSample, verifyBundle } from '../verify/index.js';
import { elsewhere } from './elsewhere.js';
import { sidesOf, splitOf, type TargetNetwork, type Wanted } from './split.js';

/** Files of a side, by path. */
export type SideFiles = ReadonlyMap<string, Uint8Array>;

/** What a target made of its side of one split. Plain data: rules.ts judges it. */
export interface MadeFiles {
  /** What `files` threw; nothing else is known then. */
  refused?: unknown;
  /** What it made, and what it made of the same side on another day. */
  files: SideFiles;
  again: SideFiles;
  /** Why an ONNX file of its own does not load. */
  unloadable: string[];
}

/** A split of a network for a pair of targets, and what the tested one makes of its side. */
export interface MadeSide extends Sides {
  split: QuantizedSplit;
  make(): Promise<Record<string, FileContent>>;
}

export async function makeSide(prepared: TargetNetwork, tested: 'edge' | 'cloud', wanted: Wanted): Promise<MadeSide> {
  const split = splitOf(prepared, wanted);
  const sides = await sidesOf(split, prepared);
  const { edgeSide, cloudSide } = sides;
  const { edge, cloud } = prepared.targets;
  const make = async () => {
    if (tested === 'edge') return filesOfSide(edge, edgeSide);
    if (!cloudSide) throw new Error(`a split that is ${split.decision.decision} has no cloud side`);
    return filesOfSide(cloud, cloudSide);
  };
  return { ...sides, split, make };
}

/** Has a target make its files twice, and loads the models among them. */
export async function observeFiles(side: MadeSide, tested: 'edge' | 'cloud'): Promise<MadeFiles> {
  let made: Record<string, FileContent>;
  try {
    made = await side.make();
  } catch (refused) {
    return { refused, files: new Map(), again: new Map(), unloadable: [] };
  }
  const files = await allBytes(made);
  const again = await allBytes(await elsewhere(side.make));
  const given = await allBytes((tested === 'edge' ? side.edgeSide : side.cloudSide)?.model?.files ?? {});
  return { files, again, unloadable: await ownModels(files, given) };
}

/**
 * Runs both sides as processes.
 * @throws AutosplitError VERIFICATION_FAILED where they answer otherwise than this process
 */
export const runSides = (
  { spec, split, make, ...sides }: MadeSide,
  network: TargetNetwork,
  tested: 'edge' | 'cloud',
): Promise<void> =>
  withTemporaryFolder('autosplit-target', async (workDir) => {
    const { targets } = network;
    const bundle = await wholeBundle(sides, await make(), tested, targets);
    const folder = await stageFolder(path.join(workDir, 'bundle'), bundle);
    try {
      const runs = await sideRuns(targets, sides.edgeSide, sides.cloudSide);
      const samples = await expectedSamples(split, network, workDir);
      await verifyBundle({ folder, workDir, runs, spec, samples });
    } finally {
      await discardFolder(folder);
    }
  });

/** Files of both sides. */
async function wholeBundle(
  { edgeSide, cloudSide }: Pick<Sides, 'edgeSide' | 'cloudSide'>,
  made: Record<string, FileContent>,
  tested: 'edge' | 'cloud',
  { edge, cloud }: Targets,
): Promise<Map<string, FileContent>> {
  const ofEdge = tested === 'edge' ? made : await filesOfSide(edge, edgeSide);
  const ofCloud = tested === 'cloud' ? made : cloudSide && (await filesOfSide(cloud, cloudSide));
  return new Map([...under('edge', ofEdge), ...under('cloud', ofCloud)]);
}

/** What this process makes of the samples, on the kernels that the edge target states. */
async function expectedSamples(
  split: QuantizedSplit,
  { model, samples, targets }: TargetNetwork,
  workDir: string,
): Promise<VerifiedSample[]> {
  const feeds = await inOrder(
    samples.names.map((_, index) => index),
    (index) => samples.load(index),
  );
  const float = await openModel(model, workDir, 'float', { quantizers: 'asWritten' });
  const references = await inOrder(feeds, (inputs) => float.run(inputs)).finally(() => float.close());
  const whole = await openSplit(split, workDir, 1, targets.edge.kernels);
  const results = await inOrder(feeds, (inputs) => whole.run(inputs)).finally(() => whole.close());
  return samples.names.map((name, i) => ({
    name,
    feeds: feeds[i],
    expected: results[i],
    reference: references[i],
  }));
}

/** Loads every ONNX file that the target did not get as it is; those are loaded by whoever runs the side. */
async function ownModels(files: SideFiles, given: SideFiles): Promise<string[]> {
  const isGiven = (bytes: Uint8Array) => [...given.values()].some((content) => isSame(content, bytes));
  const models = [...files].filter(([name]) => name.endsWith('.onnx'));
  return [
    ...models.filter(([, bytes]) => isGiven(bytes)).flatMap(([name]) => weightsBeside(name, files, given)),
    ...(await loadModels(
      models.flatMap(([name, bytes]) => (isGiven(bytes) ? [] : [name])),
      files,
    )),
  ];
}

/** A model that is handed on as it is reads its weights from the files that it came with, unless they are empty. */
function weightsBeside(name: string, files: SideFiles, given: SideFiles): string[] {
  const weights = [...given].filter(([file, { length }]) => !file.endsWith('.onnx') && length > 0);
  return weights.flatMap(([file, { length }]) =>
    files.get(path.posix.join(path.posix.dirname(name), file))?.length === length
      ? []
      : [`${name} reads its weights from ${file} beside it, which is missing or another`],
  );
}

async function loadModels(names: readonly string[], files: SideFiles): Promise<string[]> {
  if (names.length === 0) return [];
  return withTemporaryFolder('autosplit-models', async (workDir) => {
    const folder = await stageFolder(path.join(workDir, 'side'), files);
    const problems = await inOrder(names, (name) =>
      openInference(path.join(folder, ...name.split('/')), { quantizers: 'asWritten' }).then(
        async (session): Promise<string[]> => {
          await session.close();
          return [];
        },
        (error: Error) => [`${name} does not load: ${error.message}`],
      ),
    );
    await discardFolder(folder);
    return problems.flat();
  });
}

const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

export async function allBytes(contents: Readonly<Record<string, FileContent>>): Promise<SideFiles> {
  const files = new Map<string, Uint8Array>();
  for (const [name, content] of Object.entries(contents)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksOf(content)) chunks.push(chunk);
    files.set(name, new Uint8Array(Buffer.concat(chunks)));
  }
  return files;
}
