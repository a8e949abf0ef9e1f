import { type ProfileOptions as ApiOptions, profileMachine } from '../api/profile.js';
import { listrStages } from '../progress/terminal.js';
import { measurementSummary } from '../report/measurement.js';
import { relativePath } from '../util/files.js';
import { printJson, say } from './print.js';

export interface ProfileOptions extends ApiOptions {
  json: boolean;
  quiet: boolean;
}

/** `autosplit profile`: measures this machine, then writes or prints a preset. */
export async function profileCommand(options: ProfileOptions): Promise<void> {
  const { output, text, preset, measurement } = await profileMachine(options, listrStages(options));
  const shown = output === undefined ? null : relativePath(options.cwd, output);
  const { name, version, side, perInference, rows } = preset;
  if (options.json) {
    const { machine, memory, bandwidth } = preset.facts;
    const written = { name, version, side, machine, memory, bandwidth, perInference, table: rows };
    printJson([{ version: 1, output: shown, preset: written, networks: measurement.networks }]);
  } else say(shown === null ? text.trimEnd() : measurementSummary(measurement, { output: shown, side }));
}
