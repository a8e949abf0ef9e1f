import { type CompareDocument, compareDocument } from '../compare-document.js';
import { loadConfig } from '../config/load.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import { baselinePlans } from '../planner/baselines.js';
import { compareSummary } from '../report/comparison.js';
import { compareCsv } from '../report/csv.js';
import { type SolvedPoint, type SweepRange, solveAlong, sweep } from '../sweep.js';
import { AutosplitError } from '../util/error.js';
import { progressBar } from '../util/progress.js';
import { printJson, say } from './print.js';
import { type Refused, type Solved, type SolvedContext, type SolvedOptions, withAnswer, withSolved } from './solved.js';

export interface CompareOptions extends SolvedOptions {
  sweep?: SweepRange;
  csv: boolean;
}

/** `autosplit compare`: every method on the same accounting, and on request along a range of uplinks, memories or errors. */
export async function compareCommand(options: CompareOptions): Promise<void> {
  if (options.json && options.csv) throw new AutosplitError('USAGE', '--json and --csv exclude each other', { hint: 'take one of them' });
  const documents: CompareDocument[] = [];
  const configs = await loadConfig(options);
  const solved = { ...options, isOne: configs.length === 1 };
  for (const config of configs) {
    const document = options.sweep
      ? await withAnswer(config, solved, (answer, context) => compared(answer, options, context))
      : await withSolved(config, solved, (answer, context) => compared(answer, options, context));
    documents.push(document);
    if (!options.json && !options.csv) say(compareSummary(document));
  }
  if (options.json) printJson(documents);
  if (options.csv) process.stdout.write(compareCsv(documents));
  // A sweep that finds no plan anywhere is a negative answer.
  if (documents.some(({ sweep: along }) => along?.points.every(({ plan }) => plan === null))) process.exitCode = 1;
}

async function compared(answer: Solved | Refused, options: CompareOptions, context: SolvedContext): Promise<CompareDocument> {
  const { sweep: range, measured } = options;
  const baselines = baselinePlans(answer.problem);
  if (!range) return compareDocument({ ...answer, measured, baselines });
  const points = await context.run(`Solve along ${range.parameter}`, () => solveAlong(answer, range));
  const evaluations = range.parameter === 'error' ? await measuredPoints(points, context) : undefined;
  return compareDocument({ ...answer, measured, baselines, sweep: sweep(answer, range, points, evaluations) });
}

/** What each plan of a sweep really loses; equal plans are measured once. */
async function measuredPoints(
  points: readonly SolvedPoint[],
  { gauge, run }: SolvedContext,
): Promise<Map<SolvedPoint, Evaluation> | undefined> {
  if (!gauge) return undefined;
  return run('Measure the plans of the sweep', async (progress) => {
    const known = new Map<string, Evaluation>();
    const evaluations = new Map<SolvedPoint, Evaluation>();
    for (const [done, point] of points.entries()) {
      if (!point.plan) continue;
      const key = JSON.stringify(point.plan.assignment);
      const evaluation = known.get(key) ?? (await gauge.evaluate(await gauge.quantize(point.plan, () => {}), null, () => {}));
      known.set(key, evaluation);
      evaluations.set(point, evaluation);
      progress(progressBar('', done + 1, points.length));
    }
    return evaluations;
  });
}
