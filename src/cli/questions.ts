import { autocomplete, cancel, confirm, intro, isCancel, outro, select } from '@clack/prompts';
import { referenceEdge } from '../api/targets.js';
import type { PresetKind } from '../config/preset.js';
import { listPresets } from '../config/preset-load.js';
import type { Found } from '../init/find.js';
import { type Choices, DEFAULT_PRESETS, likelySamples } from '../init/propose.js';
import type { Subject } from '../init/subject.js';

interface Known {
  found: Found;
  subjects: readonly Subject[];
  /** The defaults, with choices of the command line applied. */
  defaults: Choices;
  isPackage: boolean;
}

/** Questions go to stderr, so that stdout stays clean. */
const output = process.stderr;

/** Asks for every choice that the command line did not make. */
export async function askChoices(
  root: string,
  { found, subjects, defaults, isPackage }: Known,
): Promise<{ choices: Choices; npmrc: boolean }> {
  intro(`autosplit init in ${root}`, { output });
  const subject = subjects.length > 1 ? await askSubject(subjects) : defaults.subject;
  const samples = await askSamples(subject, found);
  const web = referenceEdge('wasm');
  const inBrowser = answered(
    await select({
      message: 'What does the edge side run on?',
      options: [
        { value: false, label: referenceEdge('native').name, hint: 'Node.js on the device' },
        { value: true, label: web.name, hint: `a browser; needs the package ${web.packages.join(', ')}` },
      ],
      initialValue: defaults.inBrowser,
      output,
    }),
  );
  const edge =
    defaults.edge ??
    (await askPreset('edge', 'Which edge device?', inBrowser ? DEFAULT_PRESETS.browser : DEFAULT_PRESETS.edge));
  const network = defaults.network ?? (await askPreset('network', 'Which link to the cloud?', DEFAULT_PRESETS.network));
  const cloud = defaults.cloud ?? (await askPreset('cloud', 'Which cloud device?', DEFAULT_PRESETS.cloud));
  const message = 'Keep onnxruntime-node from downloading CUDA libraries (a line in .npmrc)?';
  const npmrc = isPackage && answered(await confirm({ message, initialValue: true, output }));
  outro('Everything else has its default, stated in the file.', { output });
  return { choices: { subject, ...(samples && { samples }), edge, network, cloud, inBrowser }, npmrc };
}

async function askSubject(subjects: readonly Subject[]): Promise<Subject> {
  const options = subjects.map((subject) => ({
    value: subject,
    label: subject.path,
    hint: subject.inputs.map(({ name }) => name).join(', '),
  }));
  return answered(await select<Subject>({ message: 'Which network?', options, output }));
}

async function askSamples(subject: Subject, { samples }: Found) {
  const likely = likelySamples(subject, samples);
  if (samples.length < 2) return likely;
  const options = samples.map((folder) => ({
    value: folder.pattern,
    label: folder.pattern,
    hint: `${folder.files.length} files`,
  }));
  const message = 'Which samples is it calibrated on?';
  const pattern = answered(await select({ message, options, initialValue: likely?.pattern, maxItems: 10, output }));
  return samples.find((folder) => folder.pattern === pattern);
}

async function askPreset(kind: PresetKind, message: string, initialValue: string): Promise<string> {
  const options = listPresets(kind).map(({ preset }) => ({
    value: preset.name,
    label: preset.name,
    hint: preset.title,
  }));
  return answered(
    await autocomplete({ message, options, initialValue, maxItems: 8, placeholder: 'type to search', output }),
  );
}

/** Escape and Ctrl-C exit before anything is written. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  cancel('Nothing was written.', { output });
  process.exit(130);
}
