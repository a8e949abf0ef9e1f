/** Pieces of Markdown. */

export const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** A table cell: pipes would end it. */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
