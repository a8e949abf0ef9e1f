import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SEARCH_PLACES } from '../config/discover.js';
import { loadPreset } from '../config/preset-load.js';
import { detectBundler, type PackageFile, runsInBrowser } from '../init/bundler.js';
import { configText } from '../init/config-text.js';
import { findFiles } from '../init/find.js';
import { NPMRC_LINE, withNpmrcLine } from '../init/npmrc.js';
import { type Choices, type Proposal, propose } from '../init/propose.js';
import { schemaPath } from '../init/schema-path.js';
import { readSubjects, type Unreadable } from '../init/subject.js';
import { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { checkOutputFile, writeOutputFile } from '../util/output-file.js';
import { nextSteps } from './init-words.js';
import { printJson, say } from './print.js';

export interface InitOptions {
  yes: boolean;
  force: boolean;
  model?: string;
  edge?: string;
  network?: string;
  cloud?: string;
  cwd: string;
  json: boolean;
  quiet: boolean;
}

const CONFIG = 'autosplit.config.yaml';

/**
 * `autosplit init`: writes a commented config for the files in a folder. It asks for choices unless `--yes` is given.
 */
export async function initCommand(options: InitOptions): Promise<void> {
  const root = path.resolve(options.cwd);
  // A pseudo-terminal without a size has no columns to draw questions in.
  const canAsk = process.stdin.isTTY && process.stderr.isTTY && process.stderr.columns > 0 && !options.json;
  if (!options.yes && !canAsk)
    throw new AutosplitError('USAGE', '`init` asks, and there is nobody to ask', {
      hint: 'give --yes to take the defaults',
    });
  await refuseOther(root, options.force);
  for (const kind of ['edge', 'network', 'cloud'] as const)
    if (options[kind] !== undefined) loadPreset(kind, options[kind], root);
  const found = await findFiles(root);
  const models = options.model === undefined ? found.models : [relativePath(root, path.resolve(root, options.model))];
  const { subjects, unreadable } = readSubjects(root, models);
  const manifest = await packageOf(root);
  const { edge, network, cloud } = options;
  const defaults: Choices = {
    subject: subjects[0],
    edge,
    network,
    cloud,
    inBrowser: manifest !== undefined && runsInBrowser(manifest),
  };
  // Load the questions only if they are asked.
  const { choices, npmrc } = options.yes
    ? { choices: defaults, npmrc: manifest !== undefined }
    : await (await import('./questions.js')).askChoices(root, {
        found,
        subjects,
        defaults,
        isPackage: manifest !== undefined,
      });
  const proposal = await propose(root, found, choices);
  const file = path.join(root, CONFIG);
  await writeOutputFile(file, configText(proposal, schemaPath(root)));
  const written = [CONFIG, ...(npmrc && (await addNpmrcLine(root)) ? ['.npmrc'] : [])];
  const bundler = manifest && detectBundler(manifest);
  const notes = notesOn(proposal, unreadable, subjects.length);
  if (options.json)
    printJson([
      { version: 1, written, model: proposal.subject.path, samples: proposal.samples, bundler: bundler ?? null, notes },
    ]);
  else
    say(
      nextSteps({
        written,
        proposal,
        bundler,
        notes,
        cwd: relativePath(process.cwd(), root),
        npmrcLine: npmrc ? undefined : NPMRC_LINE,
      }),
    );
}

/** Refuses an existing config unless `--force` is given, and always one with another ending: both would be found. */
async function refuseOther(root: string, force: boolean): Promise<void> {
  const other = SEARCH_PLACES.find((name) => name !== CONFIG && existsSync(path.join(root, name)));
  if (other !== undefined)
    throw new AutosplitError('OUTPUT_UNSAFE', `there is ${other} already`, {
      hint: `remove it before \`init\` writes ${CONFIG}`,
    });
  await checkOutputFile(path.join(root, CONFIG), force);
}

async function packageOf(root: string): Promise<PackageFile | undefined> {
  const file = path.join(root, 'package.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as PackageFile) : {};
  } catch {
    // An invalid package.json is not an error here: it only helps to detect the bundler.
    return {};
  }
}

async function addNpmrcLine(root: string): Promise<boolean> {
  const file = path.join(root, '.npmrc');
  const before = await readFile(file, 'utf8').catch(() => '');
  const after = withNpmrcLine(before);
  if (after === before) return false;
  await writeOutputFile(file, after);
  return true;
}

/** Notes on what the user should check. */
function notesOn(
  { subject, samples, shapes, picture, preprocess, labelled, unrunnable }: Proposal,
  unreadable: readonly Unreadable[],
  models: number,
): string[] {
  return [
    ...(models > 1 ? [`${models} networks were found; ${subject.path} was taken`] : []),
    ...unreadable.map(({ path: name, error }) => `${name} was passed over: ${error.message}`),
    ...(unrunnable === undefined ? [] : [unrunnable]),
    ...(samples.count === 0 ? [`no samples were found: put some where ${samples.pattern} finds them`] : []),
    ...(preprocess && samples.count > 0
      ? [`preprocess is assumed (${preprocess.reason}): it must be what the network was trained with`]
      : []),
    ...(picture?.isChosen && Object.keys(shapes).length > 0
      ? [`the model leaves its size open; ${picture.width} x ${picture.height} was chosen`]
      : []),
    ...(labelled && !labelled.areClasses
      ? [`${labelled.labels} holds labels that need a metric of your own: see validation in the file`]
      : []),
  ];
}
