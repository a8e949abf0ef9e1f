import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, Markup } from './markup.js';

/**
 * The space for a chart. The page holds each chart at both widths and its style sheet shows one, so text is never
 * scaled.
 */
export interface Canvas {
  width: number;
  isNarrow: boolean;
}

const CANVASES: readonly Canvas[] = [
  { width: 920, isNarrow: false },
  { width: 350, isNarrow: true },
];

export interface Chart {
  /** Text for screen readers. */
  label: string;
  draw: (canvas: Canvas) => Plot.PlotOptions;
  /** Tooltips by class of the marks: the text for the datum of an index. */
  tips?: Record<string, (index: number) => string>;
  /** Makes marks of a class selectable; `label` names the button of a datum. */
  picks?: { className: string; label: (index: number) => string; picked: number };
}

/** Draws a chart as SVG at every width. */
export function chart(spec: Chart): Markup {
  return html`<div class="chart">${CANVASES.map(
    (canvas) => html`<div class="${canvas.isNarrow ? 'narrow' : 'wide'}">${drawn(spec, canvas)}</div>`,
  )}</div>`;
}

/** The part of an SVG element that is used here. Plot stores the index of its datum in `__data__`. */
interface Drawn {
  __data__?: unknown;
  outerHTML: string;
  querySelectorAll(selector: string): Iterable<Drawn>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

function drawn({ label, draw, tips = {}, picks }: Chart, canvas: Canvas): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  // Remove Plot's own styles and labels: the page styles charts by class.
  const svg = Plot.plot({ document, width: canvas.width, className: 'plot', ...draw(canvas) }) as unknown as Drawn;
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const element of svg.querySelectorAll('[aria-label]')) element.removeAttribute('aria-label');
  for (const [className, text] of Object.entries(tips)) {
    for (const element of svg.querySelectorAll(`.${className} > *`)) {
      if (typeof element.__data__ === 'number') element.setAttribute('data-tip', text(element.__data__));
    }
  }
  if (picks) makeButtons(svg, picks);
  svg.setAttribute('role', picks ? 'group' : 'img');
  svg.setAttribute('aria-label', label);
  return new Markup(rounded(svg.outerHTML));
}

/** Makes marks buttons with a roving tabindex: the Tab key stops at one, arrow keys move on. */
function makeButtons(svg: Drawn, { className, label, picked }: NonNullable<Chart['picks']>): void {
  for (const element of svg.querySelectorAll(`.${className} > *`)) {
    const index = element.__data__;
    if (typeof index !== 'number') continue;
    element.setAttribute('role', 'button');
    element.setAttribute('data-pick', String(index));
    element.setAttribute('aria-label', label(index));
    element.setAttribute('aria-pressed', String(index === picked));
    element.setAttribute('tabindex', index === picked ? '0' : '-1');
  }
}

/** Coordinates rounded to 0.01 pixels, so that every machine writes the same file. */
const rounded = (svg: string) =>
  svg.replaceAll(/ (?:x|y|x1|x2|y1|y2|cx|cy|r|dx|dy|width|height|d|transform)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
  );
