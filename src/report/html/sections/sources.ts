import type { DeviceSheet, ReportDocument } from '../../../documents/report.js';
import { section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

const KINDS = { edge: 'Edge', network: 'Network', cloud: 'Cloud' } as const;

/** What is taken for granted: the rules of accounting, and every number of the three presets with its source. */
export function sourcesSection({ devices, plan }: ReportDocument): Markup {
  return section({
    id: 'sources',
    title: 'Assumptions and sources',
    lead: 'All methods and cuts on this page are counted by the same rules, with these numbers.',
    body: html`<ul class="rules">
<li>Every crossing tensor is charged once, at its planned bits and its encoded size measured on the samples.</li>
<li>The link costs its round trip once, and its bytes at ${plan.link.percentile === 50 ? 'the median rate' : `the rate of the ${plan.link.percentile}th percentile`}, messages' own bytes among them.</li>
<li>Cloud-only pays for the encoded input; outputs that are wanted on the other side travel too.</li>
<li>Edge RAM is weights as the target holds them while it runs (int8 in onnxruntime, packed on simulated devices), scales and biases, and the peak of live activations. Edge disk is packed weights and the graph, predicted.</li>
<li>Bits below 8 shrink disk and download; RAM and traffic only where the target keeps weights packed. They do not speed up arithmetic unless the preset says so.</li>
</ul>
${(['edge', 'network', 'cloud'] as const).map((kind) => device(kind, devices[kind]))}`,
  });
}

function device(kind: keyof typeof KINDS, { preset, title, description, numbers }: DeviceSheet): Markup {
  const origin = preset
    ? `preset ${preset.name}, version ${preset.version}, ${preset.confidence}`
    : 'described by the config';
  return html`<h3>${KINDS[kind]}: ${title}</h3><p>${description} <small>(${origin})</small></p>
${
  numbers.length > 0 &&
  table({
    caption: `Numbers of ${title}`,
    columns: [{ title: 'Number' }, { title: 'Value' }, { title: 'Source', isLong: true }],
    rows: numbers.map(({ path, value, source }) => ({
      cells: [{ text: html`<code>${path}</code>`, by: path }, { text: shown(value) }, { text: source }],
    })),
  })
}`;
}

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value);
