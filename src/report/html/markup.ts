/** Escaped HTML. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Value = Markup | string | number | false | null | undefined | readonly Value[];

/**
 * An HTML template. It escapes values other than markup, joins lists, and omits `false`, `null` and `undefined`.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(strings.map((part, i) => part + (i < values.length ? written(values[i]) : '')).join(''));

function written(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return (value as readonly Value[]).map(written).join('');
  if (value === false || value === null || value === undefined) return '';
  return escapeHtml(String(value));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);

/** JSON for a `script` element, with `<` escaped so that it cannot close the element. */
export const scriptJson = (value: unknown): Markup => new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
