import type { ReportDocument } from '../../documents/report.js';
import { headline } from '../words.js';
import { html, type Value } from './markup.js';
import { page } from './page.js';
import { bitsSection } from './sections/bits.js';
import { decisionHeader } from './sections/decision.js';
import { frontSection } from './sections/front.js';
import { latencySection } from './sections/latency.js';
import { layersSection } from './sections/layers.js';
import { memorySection } from './sections/memory.js';
import { modelSection } from './sections/model.js';
import { payloadSection } from './sections/payload.js';
import { sourcesSection } from './sections/sources.js';
import { verificationSection } from './sections/verification.js';

/** Name of the report in a bundle. */
export const REPORT = 'report.html';

const CONTENTS: readonly [id: string, title: string][] = [
  ['latency', 'Latency'],
  ['network', 'Network'],
  ['bits', 'Bits'],
  ['memory', 'Memory'],
  ['payload', 'Payload'],
  ['front', 'Front'],
  ['layers', 'Layers'],
  ['verification', 'Verification'],
  ['sources', 'Sources'],
];

/** Fills that differ in pattern as well as in colour, for readers who do not see colours. */
const PATTERNS = html`<svg class="defs" aria-hidden="true"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="base-link" width="6" height="6"/><line class="ink" x1="0" y1="0" x2="0" y2="6"/></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="base-cloud" width="6" height="6"/><circle class="dot" cx="3" cy="3" r="1.2"/></pattern>
<pattern id="hatch-none" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="base-none" width="7" height="7"/><line class="faint" x1="0" y1="0" x2="0" y2="7"/></pattern>
</defs></svg>`;

/** report.html, a single file. The same document gives the same bytes. `extra` follows the decision. */
export function reportHtml(report: ReportDocument, extra?: Value): string {
  const { plan } = report;
  const body = html`${PATTERNS}<main>
${decisionHeader(plan)}
<nav aria-label="Contents"><ul>${CONTENTS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${extra}
${latencySection(plan)}
${modelSection(plan)}
${bitsSection(plan)}
${memorySection(plan)}
${payloadSection(plan)}
${frontSection(plan)}
${layersSection(plan)}
${verificationSection(report)}
${sourcesSection(report)}
<footer><p>Model <code>${plan.model.path}</code>, SHA-256 <code class="digest">${plan.model.sha256}</code>.</p></footer>
</main>
<div id="tip" role="tooltip" hidden></div>`;
  return page({ title: `${plan.build === 'default' ? '' : `${plan.build}: `}${headline(plan)}`, body, data: report });
}
