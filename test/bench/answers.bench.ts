import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/config/load.js';
import type { Evaluation } from '../../src/evaluate/evaluation.js';
import { prepare } from '../../src/pipeline/index.js';
import { openPlanEvaluator } from '../../src/pipeline/plan-evaluator.js';
import type { PlanningProblem } from '../../src/planner/core/problem.js';
import { alternativesOf } from '../../src/select/alternatives.js';
import { NETWORKS, type SharedNetwork, writeProject } from '../networks/networks.js';
import { markdownTable, writeDocs } from './write-docs.js';

/** What one plan loses by labels, and without them. */
interface AnswersRow {
  plan: string;
  /** Top-1 lost, by labels. */
  lost: number;
  /** Share of answers that changed. */
  changed: number;
  /** What the changed answers weigh, and what the movement of the scores lets expect. */
  weighed: number;
  expected: number;
}

const run = async <T>(_: string, stage: (progress: () => void) => T | Promise<T>) => stage(() => {});

/**
 * What is known of a classifier without labels beside what labels say: MobileNetV2 at 8 bits and behind each lossy
 * encoding of its input.
 */
export async function bench({
  smoke = false,
  'write-docs': docs = false,
}: {
  smoke?: boolean;
  'write-docs'?: boolean;
}) {
  const samples = smoke ? 24 : 400;
  const network = NETWORKS.mobilenetv2;
  const labelled = await measured({ ...network, validation: { ...network.validation, samples } });
  const { labels: _, ...unlabelled } = network.validation ?? {};
  const plain = await measured({ ...network, validation: { ...unlabelled, metric: 'agreement', samples } });
  const rows = [...labelled].map(([plan, { drop }]): AnswersRow => {
    const found = plain.get(plan);
    return {
      plan,
      lost: drop,
      changed: 1 - (found?.sameAnswers ?? 1),
      weighed: found?.drop ?? 0,
      expected: found?.expectedDrop ?? 0,
    };
  });
  const table = markdownTable(
    ['plan', 'top-1 lost, by labels', 'answers changed', 'weighed', 'expected'],
    rows.map(cells),
  );
  if (docs) writeDocs('docs/accuracy.md', 'answers', table);
  return { result: { benchmark: 'answers', samples, rows }, text: table.join('\n') };
}

const points = (share: number) => (100 * share).toFixed(2);
const cells = ({ plan, lost, changed, weighed, expected }: AnswersRow) => [
  plan,
  ...[lost, changed, weighed, expected].map(points),
];

/** Evaluations of the alternatives of a network, by name. */
async function measured(network: SharedNetwork): Promise<Map<string, Evaluation>> {
  const project = await writeProject(network, { errorModel: 'relative' });
  const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-bench-'));
  try {
    const [config] = await loadConfig({ cwd: project });
    const prepared = await prepare(config, { run, workDir });
    const planEvaluator = await openPlanEvaluator(prepared, { run, workDir });
    const found = new Map<string, Evaluation>();
    for (const plan of alternativesOf(prepared.problem))
      found.set(nameOf(prepared.problem, plan), await planEvaluator.measure(plan, null, () => {}));
    await planEvaluator.close();
    return found;
  } finally {
    await rm(project, { recursive: true, force: true });
    await rm(workDir, { recursive: true, force: true });
  }
}

function nameOf(
  { tensors }: PlanningProblem,
  { decision, crossing, assignment }: ReturnType<typeof alternativesOf>[number],
): string {
  const sent = crossing.map((t) => tensors[t].wire[assignment.wire[t]]).map(({ loss, encoding }) => loss ?? encoding);
  return decision === 'edge-only' ? 'edge-only at 8 bits' : `cloud-only, ${sent.join(' and ')}`;
}
