import type { PlanDocument } from '../../../documents/plan.js';
import { section } from '../figure.js';
import { html, type Markup } from '../markup.js';
import { drawModel } from '../network/draw.js';

/** The graph of the model and its cut. */
export function modelSection(plan: PlanDocument): Markup {
  const what =
    plan.decision === 'edge-only'
      ? 'No cut: all layers are on the edge.'
      : 'The dashed line is the cut: layers above it run on the edge, and the labels on it are the crossing tensors.';
  return section({
    id: 'network',
    title: 'The network and its cut',
    lead: html`${what} Thick boxes hold several layers. Bits are those of weights / activations.`,
    body: html`<div class="scroll tall" tabindex="0" role="region" aria-label="Graph of the network">${drawModel(plan)}</div>`,
  });
}
