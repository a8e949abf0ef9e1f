import { loadConfig } from '../config/load.js';
import type { ExplainDocument } from '../documents/explain.gen.js';
import { explainSummary } from '../report/explanation.js';
import { explainDocument } from '../whatif/explain.js';
import { printJson, say } from './print.js';
import { type SolvedOptions, withSolved } from './solved.js';

/** `autosplit explain`: why this cut, and what would change the answer. */
export async function explainCommand(options: SolvedOptions): Promise<void> {
  const documents: ExplainDocument[] = [];
  const configs = await loadConfig(options);
  for (const config of configs) {
    const document = await withSolved(config, { ...options, isOne: configs.length === 1 }, (solved) =>
      explainDocument(solved),
    );
    documents.push(document);
    if (!options.json) say(explainSummary(document));
  }
  if (options.json) printJson(documents);
}
