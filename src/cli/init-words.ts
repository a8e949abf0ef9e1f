import type { Bundler } from '../init/bundler.js';
import type { Proposal } from '../init/propose.js';

export interface InitResult {
  written: readonly string[];
  proposal: Proposal;
  bundler: Bundler | undefined;
  notes: readonly string[];
  /** Folder of the config as seen from where the command was started; empty where it is the same. */
  cwd: string;
  /** The line to add to .npmrc, where it was not written. */
  npmrcLine: string | undefined;
}

/** What was written, what to look at, and what is next. */
export function nextSteps({ written, proposal, bundler, notes, cwd, npmrcLine }: InitResult): string {
  const { subject, samples, edge, network, cloud } = proposal;
  const folder = cwd === '' ? '' : `${cwd}/`;
  return [
    ...written.map((file) => `wrote ${folder}${file}`),
    '',
    `  ${subject.path} on ${edge}, over ${network}, to ${cloud}; ${samples.count} samples`,
    ...notes.map((note) => `  look at: ${note}`),
    ...(bundler ? ['', `${bundler.name}: add to ${bundler.file}`, ...bundler.lines.map((line) => `  ${line}`)] : []),
    '',
    'next',
    `  npx autosplit build${cwd === '' ? '' : ` --cwd ${cwd}`}`,
    ...(npmrcLine ? [`  ${npmrcLine}   in .npmrc keeps onnxruntime-node from downloading CUDA libraries`] : []),
  ].join('\n');
}
