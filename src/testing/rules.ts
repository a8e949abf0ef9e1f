import { homedir, hostname, tmpdir } from 'node:os';
import { ENCODINGS, heldBits, WEIGHT_BITS } from '../targets/capabilities.js';
import { definitionProblems } from '../targets/check-target.js';
import { referenceCloud, referenceEdge, refuseEncoding, sharedBits } from '../targets/index.js';
import type { CloudTarget, EdgeTarget } from '../targets/target.js';
import { AutosplitError } from '../util/error.js';
import { packageRoot } from '../util/package.js';
import { requirePackages } from '../verify/packages.js';
import type { MadeFiles, SideFiles } from './observe.js';

export type TestedTarget = EdgeTarget | CloudTarget;

/** What is wrong with the definition, packages included. */
export function statementProblems(target: TestedTarget): string[] {
  const problems = definitionProblems(target.side, { ...target });
  if (problems.length > 0 || target.side === 'cloud') return problems;
  const missing = messageOf(() => requirePackages(target, process.cwd()));
  return missing === undefined ? [] : [missing];
}

/** What a target has not must be refused where a config asks for it, by an error of autosplit that names the target. */
export function refusalProblems(target: TestedTarget): string[] {
  const [edge, cloud] = target.side === 'edge' ? [target, referenceCloud()] : [referenceEdge('native'), target];
  const problems: string[] = [];
  const mustRefuse = (what: string, ask: () => unknown) => {
    const error = thrownBy(ask);
    if (!(error instanceof AutosplitError && error.message.includes(target.name)))
      problems.push(`${what} is not refused by an AutosplitError that names ${target.name}`);
  };
  const stated = new Set<unknown>([...target.encodings, ...(target.side === 'edge' ? target.weightBits : [])]);
  for (const encoding of ENCODINGS)
    if (!stated.has(encoding)) mustRefuse(encoding, () => refuseEncoding(encoding, edge, cloud));
  if (target.side === 'edge')
    for (const bits of WEIGHT_BITS)
      if (!stated.has(bits))
        mustRefuse(`${bits} bits`, () => sharedBits({ weights: [bits], activations: [8] }, target));
  return problems;
}

/** A target may refuse a split, but by an error that it throws, and not because it has a defect. */
export function refusedProblems({ refused }: MadeFiles, mayRefuse: boolean): string[] {
  if (refused === undefined) return mayRefuse ? ['it makes files where the suite was told that it refuses'] : [];
  const message = refused instanceof Error ? refused.message : String(refused);
  if (!mayRefuse) return [`it refuses: ${message}`];
  const cause = refused instanceof Error ? (refused.cause ?? refused) : refused;
  const isDefect = [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => cause instanceof kind);
  return isDefect ? [`it does not refuse but fails: ${message}`] : [];
}

/** The same side must give the same files, byte by byte. */
export function repeatProblems({ files, again }: MadeFiles): string[] {
  const names = [...new Set([...files.keys(), ...again.keys()])].sort();
  return names.flatMap((name) => {
    const [one, other] = [files.get(name), again.get(name)];
    return one && other && Buffer.compare(one, other) === 0
      ? []
      : [`${name} is another file when it is made again, on another day`];
  });
}

/** No file may tell where or on which machine it was made. */
export function placeProblems({ files }: MadeFiles, places: readonly string[] = placesOfThisMachine()): string[] {
  return [...files].flatMap(([name, bytes]) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    return places
      .filter((place) => mentions(text, place))
      .map((place) => `${name} names ${place}, which is of this machine`);
  });
}

/** Folders and name of this machine; those too short to tell from ordinary words are left out. */
function placesOfThisMachine(): string[] {
  const folders = [process.cwd(), packageRoot(), homedir(), tmpdir()];
  const host = hostname();
  const places = folders.filter((folder) => folder.split(/[\\/]/).filter((part) => part !== '').length > 0);
  return [...new Set([...places, ...(host.length > 3 && host !== 'localhost' ? [host] : [])])];
}

/** Whole path or name, not as the beginning of a longer word. */
function mentions(text: string, place: string): boolean {
  for (let at = text.indexOf(place); at >= 0; at = text.indexOf(place, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + place.length] ?? ' '];
    if (!/[\w.-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}

/** README.md must show how the side is run, in a block of code, and name each of its files that a run starts. */
export function readmeProblems(target: TestedTarget, { files }: MadeFiles): string[] {
  const bytes = files.get('README.md');
  if (!bytes) return ['there is no README.md'];
  const text = new TextDecoder().decode(bytes);
  const started = startedFiles(target, files).filter((file) => !text.includes(file));
  return [
    ...(/^```/m.test(text) ? [] : ['README.md shows no block of code that runs the side']),
    ...started.map((file) => `README.md does not name ${file}, which is what is run`),
  ];
}

function startedFiles(target: TestedTarget, files: SideFiles): string[] {
  if (target.side === 'cloud') return (target.serve ?? []).filter((word) => files.has(word));
  if (!target.run) return [];
  return 'module' in target.run ? [target.run.module] : target.run.command.filter((word) => files.has(word));
}

/** ONNX files must load, and a module that is run must be there. */
export function modelProblems(target: TestedTarget, { files, unloadable }: MadeFiles): string[] {
  const module = target.side === 'edge' && target.run && 'module' in target.run ? target.run.module : undefined;
  return [
    ...(files.size === 0 ? ['it makes no files'] : []),
    ...(module !== undefined && !files.has(module) ? [`there is no ${module}, which is what is run`] : []),
    ...unloadable,
  ];
}

/** How far files may be from what packed weights take, as a share of it. */
const SLACK = 0.1;

/**
 * Whether files are as small, and flash holds as much, as a plan counts.
 * @param narrow, wide the same network with all `count` weights at the least and at the most bits that it states
 */
export function storageProblems(
  { weightBits, weights }: EdgeTarget,
  count: number,
  { narrow, wide }: { narrow: SideFiles; wide: SideFiles },
): string[] {
  const [least, most] = [Math.min(...weightBits), Math.max(...weightBits)];
  const problems: string[] = [];
  const saved = (count * (most - least)) / 8;
  const shrunk = total(wide) - total(narrow);
  if (shrunk < saved * (1 - SLACK))
    problems.push(
      `\`weightBits\`: ${count} weights at ${least} instead of ${most} bits make its files ${shrunk} bytes smaller, not ${saved}`,
    );
  // What is read from flash lies there as it is held.
  const held = (count * heldBits(weights, least)) / 8;
  if (weights.in === 'flash' && total(narrow) < held * (1 - SLACK))
    problems.push(
      `\`weights\`: ${weights.held} in flash takes ${held} bytes for ${count} weights, and its files have ${total(narrow)}`,
    );
  return problems;
}

const total = (files: SideFiles) => [...files.values()].reduce((sum, { length }) => sum + length, 0);

const messageOf = (work: () => unknown): string | undefined => {
  const error = thrownBy(work);
  return error === undefined ? undefined : error instanceof Error ? error.message : String(error);
};

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error ?? new Error('nothing');
  }
}
