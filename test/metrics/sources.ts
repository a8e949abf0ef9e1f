import type { MetricSources } from '../../src/metrics/metric.js';

/** What metrics are opened with where a test says nothing else. */
export const sources = (own: Partial<MetricSources> & Pick<MetricSources, 'options'>): MetricSources => ({
  csv: '/nowhere/val.csv',
  labels: [],
  names: (own.labels ?? []).map((_, i) => `sample ${i}`),
  graph: { inputs: [], outputs: [] },
  facts: async () => [],
  heads: async () => [],
  ...own,
});
