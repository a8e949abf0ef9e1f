import { outputScore } from '../outputs/compare.js';
import type { ComparedMetric } from './metric.js';

const open: ComparedMetric['open'] = async ({ facts }) => {
  const outputs = await facts();
  return { score: (made, reference) => outputScore(outputs, made, reference), notes: [] };
};

/** How many decisions of the float model are kept. */
export const agreementMetric: ComparedMetric = { compares: 'float', isOfAnswers: true, defaultDrop: 0.02, open };

/** How much of the values of the float model's outputs is kept. */
export const fidelityMetric: ComparedMetric = { compares: 'float', isOfAnswers: false, defaultDrop: 0.05, open };
