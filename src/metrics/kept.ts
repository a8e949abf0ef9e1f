import { outputScore } from '../outputs/compare.js';
import type { ComparedMetric } from './metric.js';

const open: ComparedMetric['open'] = async ({ facts }) => {
  const outputs = await facts();
  return { score: (made, reference) => outputScore(outputs, made, reference), notes: [] };
};

/** Whether the decisions of the float model are kept. */
export const agreementMetric: ComparedMetric = { compares: 'float', isOfAnswers: true, defaultDrop: 0.02, open };

/** How much of what the outputs of the float model hold is kept. */
export const fidelityMetric: ComparedMetric = { compares: 'float', isOfAnswers: false, defaultDrop: 0.05, open };
