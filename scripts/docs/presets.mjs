/** docs/presets.md: every number of every preset, with its source. */
import { readdir } from 'node:fs/promises';
import { parse } from 'yaml';
import { readText, root } from './files.mjs';
import { code, table } from './markdown.mjs';

/** The numbers of a preset file by path, each with its source. */
function numbersOf(value, path = '') {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if ('value' in value && 'source' in value) return [[path, [value.value].flat().join(', '), value.source]];
  return Object.entries(value).flatMap(([key, inner]) => numbersOf(inner, path === '' ? key : `${path}.${key}`));
}

export async function presetsDocument() {
  const kinds = [];
  for (const kind of ['edge', 'network', 'cloud']) {
    const files = (await readdir(`${root}presets/${kind}`)).filter((file) => file.endsWith('.yaml')).sort();
    const shown = [];
    for (const file of files) shown.push(presetSection(parse(await readText(`presets/${kind}/${file}`))));
    kinds.push(`## ${kind}\n\n${shown.join('\n\n')}`);
  }
  return `<!-- Generated from presets/ by scripts/generate-docs.mjs; do not edit. -->

# Presets

Devices and links that a config names with \`edge.preset\`, \`link.preset\` and \`cloud.preset\`. Every number says where it comes
from: a document, \`derived:\` from other numbers by the rule given, \`measured:\` by the method given, or an \`estimate:\` that nothing
published confirms. Any of them can be overridden beside \`preset\` in the config, and a preset of your own is a file of the same form.

${kinds.join('\n\n')}
`;
}

function presetSection({
  name,
  aliases = [],
  title,
  version,
  confidence,
  description,
  kind,
  dataflow,
  model,
  precision,
  ...rest
}) {
  const facts = [
    kind,
    dataflow && `dataflow ${dataflow}`,
    model,
    precision && `computes in ${precision}`,
    aliases.length > 0 && `also ${aliases.map(code).join(', ')}`,
    `version ${version}`,
    confidence,
  ];
  const rows = numbersOf(rest).map(([path, value, source]) => [code(path), value, source]);
  return `### ${name}: ${title}\n\n${description.trim()} (${facts.filter(Boolean).join('; ')})\n\n${table(['number', 'value', 'source'], rows)}`;
}
