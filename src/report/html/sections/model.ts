import type { PlanDocument } from '../../../documents/plan.js';
import { section } from '../figure.js';
import { html, type Markup } from '../markup.js';
import { drawModel } from '../network/draw.js';

/** Where the model is cut. */
export function modelSection(plan: PlanDocument): Markup {
  const what =
    plan.decision === 'edge-only'
      ? 'Nothing is cut: all layers are on the edge.'
      : 'The dashed line is the cut: what lies above it runs on the edge, and the pills on it travel.';
  return section({
    id: 'network',
    title: 'The network and its cut',
    lead: html`${what} Thick boxes hold several layers. Bits are those of weights / activations.`,
    body: html`<div class="scroll tall" tabindex="0" role="region" aria-label="Graph of the network">${drawModel(plan)}</div>`,
  });
}
