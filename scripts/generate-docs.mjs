/**
 * Generates docs/config.md from schemas/ and docs/presets.md from presets/. `--check` writes nothing and exits 1 where
 * a generated file is out of date.
 *
 *   node scripts/generate-docs.mjs [--check]
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const readText = (file) => readFile(root + file, 'utf8');
const config = JSON.parse(await readText('schemas/config.schema.json'));
const preset = JSON.parse(await readText('schemas/preset.schema.json'));

const EXAMPLE = `model: { path: models/plates.onnx, inputs: { image: [1, 3, 64, 192] } }
calibration:
  images: data/calib/*.jpg
  preprocess: { resize: [192, 64], fit: fill, mean: 127.5, std: 64 }
validation:
  images: data/val/*.jpg
  labels: data/val.csv
  metric: ./metric.mjs
edge: { preset: eyeriss, memory: 128 KiB, bits: { weights: [4, 8] } }
link: { preset: 4g, uplink: "\${UPLINK:-5 Mbps}", rtt: 40 ms }
cloud: { preset: nvidia-t4 }
input: { encoding: jpeg:90 }
constraints: { accuracyDrop: 1 %, latency: 150 ms }
builds:
  gateway: { edge: { preset: raspberry-pi-4 } }
`;

/** Tables of docs/config.md: what they are called, the definition they show, and which of its keys where not all. */
const SECTIONS = [
  { title: 'model', of: 'Model' },
  { title: 'calibration', of: 'Calibration' },
  {
    title: 'validation',
    of: 'Validation',
    note: 'Besides `images`, `inputs`, `audio` and `preprocess`, as in `calibration`; without `preprocess`, that of `calibration` serves.',
    without: ['images', 'inputs', 'audio', 'preprocess'],
  },
  { title: 'metric', of: 'Metric' },
  { title: 'preprocess', of: 'Preprocess' },
  { title: 'edge', of: 'Edge', keys: ['preset', 'target', 'bits', 'power', 'latency'] },
  { title: 'cloud', of: 'Cloud', keys: ['preset', 'target', 'precision', 'price', 'latency'] },
  {
    title: 'Devices',
    of: 'Edge',
    note: 'In `edge` and `cloud`: what differs from the preset or, without one, the whole device.',
    without: ['preset', 'target', 'bits', 'power', 'latency'],
  },
  { title: 'link', of: 'Link', note: '`network` is another name of this key. A config has one of the two.' },
  { title: 'input', of: 'Input' },
  {
    title: 'objective',
    of: 'Objective',
    note: '`latency`, `energy`, `cost` or `throughput`; or weights, all of which are 0 where not given. What edge, link and cloud take must be stated where it counts.',
  },
  { title: 'constraints', of: 'Constraints' },
  { title: 'quantization', of: 'Quantization' },
];

/** Definitions whose keys are shown in the table that mentions them. */
const INLINE = [
  'Bits',
  'Array',
  'Sram',
  'Peak',
  'Efficiency',
  'SplitAfter',
  'DeviceEnergy',
  'MacEnergy',
  'Power',
  'RadioEnergy',
  'Distribution',
  'RateSpread',
  'TimeSpread',
];

const QUANTITY_NAMES = {
  Size: 'size',
  HeaderSize: 'size',
  ByteRate: 'bytes per second',
  BitRate: 'bits per second',
  Duration: 'time',
  Frequency: 'clock',
  Throughput: 'operations per second',
  Share: 'share',
  Loss: 'share',
  PositiveDuration: 'time',
  Energy: 'energy',
  EnergyPerByte: 'energy per byte',
  Wattage: 'power',
  Money: 'money',
  HourlyPrice: 'price per hour',
  DataPrice: 'price of data',
};

/** Names of a quantity whose units another one shows. */
const SAME_UNITS = ['HeaderSize', 'Loss', 'PositiveDuration'];

const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
/** A table cell: pipes would end it. */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const examplesOf = ({ examples = [] }) => (examples.length > 0 ? `, as ${examples.map(code).join(', ')}` : '');

function definition(reference) {
  const [file, path] = reference.split('#/');
  return path.split('/').reduce((value, key) => value[key], file === '' ? config : preset);
}

/** What may be written for a value, in words. */
function valueText(schema, without = ['Sourced']) {
  const { $ref, anyOf, enum: words, type, items, minimum, maximum, exclusiveMinimum, maxItems, minItems } = schema;
  if ($ref) {
    const name = $ref.split('/').at(-1);
    if (QUANTITY_NAMES[name]) return QUANTITY_NAMES[name] + examplesOf(definition($ref));
    const found = definition($ref);
    if (found.type !== 'object') return valueText(found, without);
    if (INLINE.includes(name))
      return Object.entries(found.properties)
        .map(([key, inner]) => `\`{ ${key}: [...] }\` (${inner.description})`)
        .join(', ');
    const { title } = SECTIONS.find(({ of }) => of === name);
    return `keys of [${title}](#${title.toLowerCase()})`;
  }
  if (anyOf) {
    // { value, source } is how presets say it; a config may, and need not.
    const branches = anyOf.filter(
      ({ $ref: to }) => !without.some((prefix) => to?.split('/').at(-1).startsWith(prefix)),
    );
    return (
      [...new Set(branches.map((branch) => valueText(branch, without)))].join(', or ') +
      examplesOf(schema).replace(',', ';')
    );
  }
  if (words) return words.map(code).join(', ');
  if (schema.quantity) return `${{ ratio: 'share', seconds: 'time' }[schema.quantity]}${examplesOf(schema)}`;
  if (type === 'array') {
    const count = minItems !== undefined && minItems === maxItems ? ` of ${minItems}` : '';
    return `list${count}: ${valueText(items, without)}${examplesOf(schema)}`;
  }
  if (type === 'integer' || type === 'number') {
    const from =
      minimum !== undefined ? ` from ${minimum}` : exclusiveMinimum !== undefined ? ` above ${exclusiveMinimum}` : '';
    return `${type === 'integer' ? 'whole number' : 'number'}${from}${maximum === undefined ? '' : ` to ${maximum}`}${examplesOf(schema)}`;
  }
  if (type === 'object') return `keys${examplesOf(schema)}`;
  return `text${examplesOf(schema)}`;
}

function rowsOf(properties, required = [], prefix = '') {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = schema.$ref?.split('/').at(-1);
    if (INLINE.includes(name)) {
      const inner = rowsOf(definition(schema.$ref).properties, [], `${prefix}${key}.`);
      inner[0][3] = [schema.description, inner[0][3]].filter(Boolean).join(' ');
      return inner;
    }
    const fallback = required.includes(key) ? 'required' : 'default' in schema ? code(schema.default) : '';
    return [[code(prefix + key), valueText(schema), fallback, schema.description ?? '']];
  });
}

const HEAD = ['key', 'value', 'default', 'meaning'];

/** Units in the pattern of a quantity; two characters for micro look the same. */
const unitsOf = (pattern) => [
  ...new Set(/\\s\*\(([^)]+)\)/.exec(pattern)[1].replaceAll('\\/', '/').normalize('NFKC').split('|')),
];

function configDocument() {
  const complete = config.$defs.Complete;
  const covered = new Set([...SECTIONS.map(({ of }) => of), ...INLINE, 'Complete', 'Variant']);
  const forgotten = Object.keys(config.$defs).filter((name) => !covered.has(name));
  if (forgotten.length > 0) throw new Error(`scripts/generate-docs.mjs shows no table of ${forgotten.join(', ')}`);
  const differing = Object.keys(config.$defs.Cloud.properties).filter(
    (key) => JSON.stringify(config.$defs.Cloud.properties[key]) !== JSON.stringify(config.$defs.Edge.properties[key]),
  );
  const own = SECTIONS.find(({ title }) => title === 'cloud').keys;
  if (differing.some((key) => !own.includes(key)))
    throw new Error(`edge and cloud differ in ${differing.join(', ')}: show both`);
  const sections = SECTIONS.map(({ title, of, note, keys, without = [] }) => {
    const { properties, required = [] } = config.$defs[of];
    const shown = Object.entries(properties).filter(([key]) => (keys ? keys.includes(key) : !without.includes(key)));
    const needed = [
      ...required,
      ...(complete.properties[title]?.then?.required ?? []),
      ...(complete.properties[title]?.required ?? []),
    ];
    return `## ${title}\n\n${note ? `${note}\n\n` : ''}${table(HEAD, rowsOf(Object.fromEntries(shown), needed))}`;
  });
  const units = Object.entries(QUANTITY_NAMES)
    .filter(([name]) => !SAME_UNITS.includes(name))
    .map(([name, title]) => {
      const { pattern, examples, description } = preset.$defs[name];
      return [title, unitsOf(pattern).map(code).join(' '), examples.map(code).join(', '), description];
    });
  return `<!-- Generated from schemas/config.schema.json by scripts/generate-docs.mjs; do not edit. -->

# Configuration

\`${config.description.split('. ')[0]}\`, found from the folder upwards, or named with \`--config\`. YAML, JSON, or a module whose default
export is the config or a function that gives it. Text may hold \`\${ENV}\` and \`\${ENV:-default}\`. Paths and globs are relative to the
file that they stand in. An unknown key, a number without its unit and an impossible value are errors that show the place.

\`\`\`yaml
${EXAMPLE}\`\`\`

## On the command line

\`build\`, \`plan\`, \`check\`, \`compare\` and \`explain\` take any key of the config as an option. It wins over the file, over what the
file extends, and over every build.

\`\`\`sh
npx autosplit plan --edge raspberry-pi-4 --network lte-cat-1
npx autosplit plan --uplink 2Mbps --rtt 80ms --memory 4MB
npx autosplit compare --set edge.bits.weights=4,8 --set constraints.latency=50ms
npx autosplit build --edge raspberry-pi-4 --output try
npx autosplit check --edge raspberry-pi-4 --output try
\`\`\`

| option | key |
| --- | --- |
| \`--edge\`, \`--network\`, \`--cloud\` | \`edge.preset\`, \`link.preset\`, \`cloud.preset\` |
| \`--memory\`, \`--target\` | \`edge.memory\`, \`edge.target\` |
| \`--uplink\`, \`--downlink\`, \`--rtt\` | \`link.uplink\`, \`link.downlink\`, \`link.rtt\` |
| \`--accuracy-drop\`, \`--deliver\`, \`--split\` | \`constraints.accuracyDrop\`, \`deliver\`, \`split\` |
| \`--set KEY=VALUE\`, more than once | any other: \`edge.*\`, \`link.*\`, \`cloud.*\`, \`constraints.*\`, ... |

- A preset replaces the device or the link of the config together with all numbers beside it: with
  \`edge: { preset: eyeriss, memory: 128 KiB }\` in the file, \`--edge raspberry-pi-4\` has the memory of the Raspberry Pi. \`target\`, \`bits\`
  and \`percentile\` stay. Overrides of the library do the same.
- Lists are written \`4,8\`. Text in \`[ ]\` or \`{ }\` is YAML. Paths are relative to the folder where the command runs.
- \`build\` with such options wants \`--output FOLDER\`: the bundle of the config itself would be stale at once. \`check\` takes the same options,
  \`report\` takes \`--bundle FOLDER\`. What is to stay belongs in the config, for example under \`builds\`.

## Top level

${table(
  HEAD,
  rowsOf(
    config.properties,
    [...complete.required, 'link'].filter((key) => key !== 'network'),
  ),
)}

${sections.join('\n\n')}

## Units

Every number that has a unit is written with it. Anything that a preset states may be written as \`{ value, source }\` too.

${table(['quantity', 'units', 'examples', 'meaning'], units)}
`;
}

/** The numbers of a preset file by path, each with its source. */
function numbersOf(value, path = '') {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if ('value' in value && 'source' in value) return [[path, [value.value].flat().join(', '), value.source]];
  return Object.entries(value).flatMap(([key, inner]) => numbersOf(inner, path === '' ? key : `${path}.${key}`));
}

async function presetsDocument() {
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

const TABLE = { 'docs/config.md': configDocument(), 'docs/presets.md': await presetsDocument() };

let stale = 0;
for (const [target, text] of Object.entries(TABLE)) {
  const current = await readText(target).catch(() => '');
  if (current === text) continue;
  if (process.argv.includes('--check')) {
    stale++;
    console.error(`${target} is out of date: run node scripts/generate-docs.mjs`);
  } else await writeFile(root + target, text);
}
process.exitCode = stale > 0 ? 1 : 0;
