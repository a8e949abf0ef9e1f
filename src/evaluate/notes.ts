import type { ResolvedConfig } from '../config/resolved.js';
import type { SampleSet } from '../samples/open.js';
import { sha256File } from '../util/files.js';

/** With fewer samples, other samples often exceed the measured ranges. */
const MIN_CALIBRATION = 8;

/** Notes on doubtful samples: too few for calibration, or the same for calibration and validation. */
export async function sampleNotes(
  { calibration, validation }: Pick<ResolvedConfig, 'calibration' | 'validation'>,
  samples: SampleSet,
): Promise<string[]> {
  const notes: string[] = [];
  if (samples.count < MIN_CALIBRATION)
    notes.push(
      `${samples.count} calibration ${samples.count === 1 ? 'sample is' : 'samples are'} few: ranges are found on them; give at least ${MIN_CALIBRATION}, better 32 to 100`,
    );
  if (!validation)
    return [
      ...notes,
      'accuracy is measured on the calibration samples themselves: `validation` with samples of its own tells more',
    ];
  const known = new Set<string>();
  for (const file of calibration.files) known.add(await sha256File(file));
  let shared = 0;
  for (const file of validation.files) if (known.has(await sha256File(file))) shared++;
  if (shared > 0)
    notes.push(
      `${shared} of ${validation.files.length} validation files are calibration files too: accuracy on them looks better than it is`,
    );
  return notes;
}
