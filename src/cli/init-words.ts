import { aboutEdge, referenceEdge } from '../api/targets.js';
import type { Bundler } from '../init/bundler.js';
import { DEFAULT_PRESETS, type Proposal } from '../init/propose.js';
import { packageVersion } from '../util/package.js';

export interface InitResult {
  written: readonly string[];
  proposal: Proposal;
  bundler: Bundler | undefined;
  notes: readonly string[];
  /** Path from the working directory to the folder of the config; empty if it is the same. */
  cwd: string;
  /** Line for .npmrc, if it was not written there. */
  npmrcLine: string | undefined;
}

/** Text of what was written, what to check and what to do next. */
export function nextSteps({ written, proposal, bundler, notes, cwd, npmrcLine }: InitResult): string {
  const { subject, samples, edge, network, cloud, target } = proposal;
  const folder = cwd === '' ? '' : `${cwd}/`;
  return [
    ...written.map((file) => `wrote ${folder}${file}`),
    '',
    `  ${subject.path} on ${edge}, over ${network}, to ${cloud}; ${samples.count} samples`,
    ...notes.map((note) => `  look at: ${note}`),
    ...(bundler ? bundlerSteps(bundler, aboutEdge(target)?.platform === 'browser') : []),
    '',
    'next',
    `  npx autosplit build${cwd === '' ? '' : ` --cwd ${cwd}`}`,
    ...(npmrcLine ? [`  ${npmrcLine}   in .npmrc keeps onnxruntime-node from downloading CUDA libraries`] : []),
  ].join('\n');
}

/** Lines for the config of the bundler, and what browsers need. */
function bundlerSteps({ name, file, lines }: Bundler, isForPages: boolean): string[] {
  const web = referenceEdge('wasm');
  return [
    '',
    `${name}: add to ${file}`,
    ...lines.map((line) => `  ${line}`),
    "and import { createEdge } from 'autosplit:default'",
    ...(isForPages
      ? []
      : [
          `for pages: npm install ${web.packages.map((name) => `${name}@${packageVersion(name)}`).join(' ')}, and in the config edge: { preset: ${DEFAULT_PRESETS.browser}, target: ${web.name} }`,
        ]),
  ];
}
