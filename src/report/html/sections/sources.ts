import type { DeviceSheet, ReportDocument } from '../../../documents/report.js';
import { section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

const KINDS = { edge: 'Edge', network: 'Link', cloud: 'Cloud' } as const;

/** The rules of accounting, and every number of the devices and the link with its source. */
export function sourcesSection({ devices, plan }: ReportDocument): Markup {
  return section({
    id: 'sources',
    title: 'Assumptions and sources',
    lead: 'These rules and numbers apply to all methods and cuts on this page.',
    body: html`<ul class="rules">
<li>Each crossing tensor is charged once, with its encoded size as measured on the samples.</li>
<li>The link costs one round trip, and all bytes, headers included, at ${plan.link.percentile === 50 ? 'the median rate' : `the rate of percentile ${plan.link.percentile}`}.</li>
<li>Cloud-only pays for the encoded input. Outputs that the other side needs are sent too.</li>
<li>Edge RAM is weights as the target holds them while it runs (int8 in onnxruntime, packed on simulated devices), scales, biases and the peak of live activations. Edge disk is packed weights and the graph, predicted.</li>
<li>Bits below 8 reduce disk and download. They reduce RAM and traffic only if the target keeps weights packed, and speed up arithmetic only if the preset says so.</li>
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
