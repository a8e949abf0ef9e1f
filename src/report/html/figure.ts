import { html, type Markup, type Value } from './markup.js';

export interface Section {
  id: string;
  title: string;
  /** What there is to see, in a sentence or two. */
  lead: Value;
  body: Value;
}

/** A part of the page under a heading that can be linked to. */
export const section = ({ id, title, lead, body }: Section): Markup => html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="lead">${lead}</p>
${body}
</section>`;

/** Keys of colours; each differs in pattern too. */
export type Swatch = 'edge' | 'link' | 'cloud' | 'weights' | 'live' | 'limit' | 'plain';

export const legend = (entries: readonly [swatch: Swatch, text: Value][]): Markup =>
  html`<ul class="legend">${entries.map(
    ([swatch, text]) =>
      html`<li><svg width="22" height="14" aria-hidden="true"><rect class="swatch ${swatch}" x="1" y="1" width="20" height="12"/></svg>${text}</li>`,
  )}</ul>`;

export interface Column {
  title: string;
  unit?: string;
  isNumber?: boolean;
  /** Prose, which is broken into lines. */
  isLong?: boolean;
}

/** A cell: its text, and what it is sorted by where that is not the text. */
export type Cell = { text: Value; by?: number | string | null };

export interface Table {
  caption: string;
  columns: readonly Column[];
  rows: readonly { cells: readonly Cell[]; className?: string }[];
}

/** A table that the script makes sortable; the first column names the row. */
export function table({ caption, columns, rows }: Table): Markup {
  const head = columns.map(
    ({ title, unit, isNumber }) =>
      html`<th scope="col" class="${isNumber ? 'number' : 'text'}"><button type="button">${title}${unit && html` <small>${unit}</small>`}</button></th>`,
  );
  const body = rows.map(
    ({ cells, className }) =>
      html`<tr${className ? html` class="${className}"` : ''}>${cells.map((cell, i) => tableCell(cell, columns[i], i === 0))}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="sortable"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

function tableCell({ text, by }: Cell, { isNumber, isLong }: Column, isFirst: boolean): Markup {
  if (text === '' && (by ?? '') === '' && !isFirst) return html`<td></td>`;
  const attributes = html`${by !== undefined && html` data-by="${by ?? ''}"`}${(isNumber || isLong) && html` class="${isNumber ? 'number' : 'long'}"`}`;
  return isFirst ? html`<th scope="row"${attributes}>${text}</th>` : html`<td${attributes}>${text}</td>`;
}

/** Behind a line that opens it. */
export const folded = (summary: string, body: Value): Markup =>
  html`<details><summary>${summary}</summary>${body}</details>`;
