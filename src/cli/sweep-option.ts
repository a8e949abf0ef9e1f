import type { SweepRange } from '../sweep.js';
import { AutosplitError } from '../util/error.js';
import { parseQuantity, type Quantity } from '../util/units.js';

const PARAMETERS: Record<SweepRange['parameter'], Quantity> = { uplink: 'bitsPerSecond', memory: 'bytes' };
const EXAMPLES = 'for example `--sweep uplink=0.1..100Mbps` or `--sweep memory=256KiB..16MB:20`';
const POINTS = 13;
const MOST_POINTS = 200;

/** Reads `uplink=0.1..100Mbps` or `memory=256KiB..16MB:20`: a range, its unit once or twice, and how many points. */
export function parseSweep(text: string): SweepRange {
  const refuse = (problem: string, hint = EXAMPLES) => new AutosplitError('USAGE', `--sweep ${text}: ${problem}`, { hint });
  const [, parameter, from, to, points] = /^(\w+)=(.+?)\.\.(.+?)(?::([^:]*))?$/.exec(text.trim()) ?? [];
  if (parameter === undefined) throw refuse('this is not a range');
  if (!isParameter(parameter)) throw refuse(`"${parameter}" cannot be swept, only ${Object.keys(PARAMETERS).join(' and ')}`);
  const unit = to.replace(/^[\s\d.]+(?:[eE][+-]?\d+)?/, '');
  const [low, high] = [/[A-Za-z/]+\s*$/.test(from) ? from : `${from}${unit}`, to].map((written) => {
    const parsed = parseQuantity(written, PARAMETERS[parameter]);
    if ('problem' in parsed) throw refuse(parsed.problem, parsed.hint);
    return parsed.value;
  });
  if (!(low > 0 && low < high)) throw refuse('the range must run from a value above 0 to a larger one');
  const count = points === undefined ? POINTS : Number(points);
  if (!Number.isInteger(count) || count < 2 || count > MOST_POINTS) throw refuse(`points are a whole number from 2 to ${MOST_POINTS}`);
  return { parameter, low, high, count };
}

const isParameter = (text: string): text is SweepRange['parameter'] => Object.hasOwn(PARAMETERS, text);
