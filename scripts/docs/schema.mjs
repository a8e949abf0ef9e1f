/** What the schemas say of a key, in words. */

import { readJson } from './files.mjs';
import { code } from './markdown.mjs';
import { INLINE, QUANTITY_NAMES, SECTIONS } from './sections.mjs';

export const config = await readJson('schemas/config.schema.json');
export const preset = await readJson('schemas/preset.schema.json');

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

export function rowsOf(properties, required = [], prefix = '') {
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
