/** docs/config.md: every key of a config, with its values, default and meaning. */
import { code, table } from './markdown.mjs';
import { config, preset, rowsOf } from './schema.mjs';
import { INLINE, QUANTITY_NAMES, SAME_UNITS, SECTIONS } from './sections.mjs';

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

const HEAD = ['key', 'value', 'default', 'meaning'];

/** Units in the pattern of a quantity; two characters for micro look the same. */
const unitsOf = (pattern) => [
  ...new Set(/\\s\*\(([^)]+)\)/.exec(pattern)[1].replaceAll('\\/', '/').normalize('NFKC').split('|')),
];

/** Throws where a key of the schema would be in no table. */
function checkSections() {
  const covered = new Set([...SECTIONS.map(({ of }) => of), ...INLINE, 'Complete', 'Variant']);
  const forgotten = Object.keys(config.$defs).filter((name) => !covered.has(name));
  if (forgotten.length > 0) throw new Error(`scripts/docs/sections.mjs has no table of ${forgotten.join(', ')}`);
  const differing = Object.keys(config.$defs.Cloud.properties).filter(
    (key) => JSON.stringify(config.$defs.Cloud.properties[key]) !== JSON.stringify(config.$defs.Edge.properties[key]),
  );
  const own = SECTIONS.find(({ title }) => title === 'cloud').keys;
  if (differing.some((key) => !own.includes(key)))
    throw new Error(`edge and cloud differ in ${differing.join(', ')}: show both`);
}

function sectionsOf(complete) {
  return SECTIONS.map(({ title, of, note, keys, without = [] }) => {
    const { properties, required = [] } = config.$defs[of];
    const shown = Object.entries(properties).filter(([key]) => (keys ? keys.includes(key) : !without.includes(key)));
    const needed = [
      ...required,
      ...(complete.properties[title]?.then?.required ?? []),
      ...(complete.properties[title]?.required ?? []),
    ];
    return `## ${title}\n\n${note ? `${note}\n\n` : ''}${table(HEAD, rowsOf(Object.fromEntries(shown), needed))}`;
  });
}

export function configDocument() {
  checkSections();
  const complete = config.$defs.Complete;
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

${table(HEAD, rowsOf(config.properties, [...complete.required, 'link']))}

${sectionsOf(complete).join('\n\n')}

## Units

Every number that has a unit is written with it. Anything that a preset states may be written as \`{ value, source }\` too.

${table(['quantity', 'units', 'examples', 'meaning'], units)}
`;
}
