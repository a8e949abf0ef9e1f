import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadPreset } from '../config/preset-load.js';
import { defaultTarget } from '../config/target.js';
import { whyNotOnEdge } from '../targets/deployable.js';
import { referenceEdge } from '../targets/index.js';
import type { Found } from './find.js';
import { openShapes } from './open-shapes.js';
import { type PictureInput, pictureInput, pictureShape } from './picture-input.js';
import { classesOf, type ProposedPreprocess, proposePreprocess } from './preprocess.js';
import type { SampleFolder, SampleKind } from './sample-folders.js';
import type { Subject } from './subject.js';
import { findLabelled, type LabelledSamples } from './validation.js';

/** Contents of the config, before it is text. */
export interface Proposal {
  subject: Subject;
  /** Shapes of open inputs. */
  shapes: Record<string, number[]>;
  /** The picture that the model takes, if samples are pictures. */
  picture?: PictureInput;
  samples: { kind: SampleKind; pattern: string; count: number };
  preprocess?: ProposedPreprocess;
  labelled?: LabelledSamples;
  edge: string;
  /** A built-in target, and why it does not run on the device, if so. */
  target: string;
  unrunnable?: string;
  network: string;
  cloud: string;
  output: string;
}

/** Choices of the user, or the defaults below. */
export interface Choices {
  subject: Subject;
  samples?: SampleFolder;
  edge?: string;
  network?: string;
  cloud?: string;
  inBrowser: boolean;
}

/** Default devices and link. */
export const DEFAULT_PRESETS = { edge: 'raspberry-pi-4', browser: 'browser-wasm', network: '4g', cloud: 'nvidia-t4' };

/** Proposes the contents of a config. Deterministic; reads only headers of samples. */
export async function propose(root: string, { samples: folders, tables }: Found, choices: Choices): Promise<Proposal> {
  const { subject } = choices;
  const samples = choices.samples ?? likelySamples(subject, folders);
  const picture = samples === undefined || samples.kind === 'images' ? soleInput(subject, pictureInput) : undefined;
  const { kind, pattern } = samples ?? absent(picture);
  const [input] = subject.inputs;
  const labelled = await findLabelled(
    root,
    folders.filter((folder) => folder.kind === kind),
    tables,
    classesOf(subject.outputs),
  );
  return {
    subject,
    shapes: await shapesOf(root, subject, samples, picture),
    ...(picture && { picture, preprocess: proposePreprocess(picture, input, subject.outputs) }),
    samples: { kind, pattern, count: samples?.files.length ?? 0 },
    ...(labelled && { labelled }),
    ...edgeOf(root, choices),
    network: choices.network ?? DEFAULT_PRESETS.network,
    cloud: choices.cloud ?? DEFAULT_PRESETS.cloud,
    output: freeOutput(root),
  };
}

/** The device and its target: for browsers their presets, else the default of the device. */
function edgeOf(root: string, { edge, inBrowser }: Choices): Pick<Proposal, 'edge' | 'target' | 'unrunnable'> {
  const name = edge ?? (inBrowser ? DEFAULT_PRESETS.browser : DEFAULT_PRESETS.edge);
  const { preset } = loadPreset('edge', name, root);
  const target = inBrowser ? referenceEdge('wasm').name : defaultTarget(preset);
  const unrunnable = whyNotOnEdge(preset, target);
  return { edge: name, target, ...(unrunnable !== undefined && { unrunnable }) };
}

/** The samples that fit a model best: pictures if it takes them, else tensors, else sound. */
export function likelySamples(subject: Subject, folders: readonly SampleFolder[]): SampleFolder | undefined {
  const takesPictures = soleInput(subject, pictureInput) !== undefined;
  const kinds: SampleKind[] = [
    ...(takesPictures ? (['images'] as const) : []),
    'inputs',
    ...(subject.inputs.length === 1 ? (['audio'] as const) : []),
  ];
  return kinds.flatMap((kind) => folders.filter((folder) => folder.kind === kind))[0];
}

function soleInput<T>({ inputs }: Subject, read: (input: Subject['inputs'][number]) => T | undefined): T | undefined {
  return inputs.length === 1 ? read(inputs[0]) : undefined;
}

/** Glob for samples that do not exist yet. */
const absent = (picture: PictureInput | undefined): { kind: SampleKind; pattern: string } =>
  picture ? { kind: 'images', pattern: 'data/calib/*.jpg' } : { kind: 'inputs', pattern: 'data/calib/*.npz' };

async function shapesOf(
  root: string,
  { inputs }: Subject,
  samples: SampleFolder | undefined,
  picture: PictureInput | undefined,
): Promise<Record<string, number[]>> {
  if (picture) {
    const shape = pictureShape(inputs[0], picture);
    return shape ? { [inputs[0].name]: shape } : {};
  }
  if (!samples || samples.kind === 'images') return {};
  return openShapes(samples.kind, path.join(root, samples.files[0]), inputs);
}

/** A folder that does not exist, or holds a bundle that may be replaced. */
function freeOutput(root: string): string {
  const isFree = (name: string) =>
    !existsSync(path.join(root, name)) || existsSync(path.join(root, name, 'split-manifest.json'));
  return ['autosplit', 'autosplit-bundle'].find(isFree) ?? 'autosplit-bundles';
}
