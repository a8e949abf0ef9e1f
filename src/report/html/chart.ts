import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, Markup } from './markup.js';

/**
 * What a chart is drawn for: both are in the page, and the style sheet shows the one that fits, so that text is never
 * scaled down.
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
  /** What the picture says, for those who do not see it. */
  label: string;
  draw: (canvas: Canvas) => Plot.PlotOptions;
  /** The elements of marks of these classes get a tip: class -> text by index of the datum. */
  tips?: Record<string, (index: number) => string>;
  /** Elements of this class can be picked: the text is the name of the button. */
  picks?: { className: string; label: (index: number) => string; picked: number };
}

/** Draws a chart as SVG at every width. */
export function chart(spec: Chart): Markup {
  return html`<div class="chart">${CANVASES.map(
    (canvas) => html`<div class="${canvas.isNarrow ? 'narrow' : 'wide'}">${drawn(spec, canvas)}</div>`,
  )}</div>`;
}

/** What is used of an element that Plot drew; the index of its datum is on it. */
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
  // Colours, fonts and interaction are the page's: nothing of a chart styles itself.
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

/** One stop of the Tab key for all; arrow keys go on from there. */
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

/** Hundredths of a pixel are enough, and the same on every machine. */
const rounded = (svg: string) =>
  svg.replaceAll(/ (?:x|y|x1|x2|y1|y2|cx|cy|r|dx|dy|width|height|d|transform)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
  );
