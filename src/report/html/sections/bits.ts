import * as Plot from '@observablehq/plot';
import type { PlanDocument } from '../../../documents/plan.js';
import { bytes, number } from '../../../util/format.js';
import { counted } from '../../format.js';
import { sizeUnit } from '../../units.js';
import { powerUnit } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { section } from '../figure.js';
import { html, type Markup } from '../markup.js';

type Layer = PlanDocument['layers'][number];

/** Least width of a cell that fits a digit, in pixels. */
const READABLE = 12;

const ERRORS: Record<PlanDocument['error']['model'], string> = {
  output: 'what the network outputs lose if this layer alone is quantized',
  relative: 'squared error over mean square',
  mse: 'mean squared error',
};

/** Weight bits of each layer as a strip, with bars of bytes and error below. */
export function bitsSection(plan: PlanDocument): Markup {
  const { layers } = plan;
  const edge = layers.filter(({ placement }) => placement === 'edge');
  if (edge.length === 0)
    return section({
      id: 'bits',
      title: 'Bits by layer',
      lead: 'No layer runs on the edge: there is nothing to quantize.',
      body: '',
    });
  const label = `Bits, bytes of weights and error of ${counted(edge.length, 'edge layer')}, in execution order`;
  return section({
    id: 'bits',
    title: 'Bits by layer',
    lead: html`Layers in execution order; cloud layers are hatched. A number is the bits of the weights, F a layer in float, a dot a
layer without weights. Error is ${ERRORS[plan.error.model]}; the planner sums it. Bytes are packed weights on disk.`,
    body: html`${bitKey(edge)}${strip(layers, label)}${lower(layers, 'diskBytes', label)}${lower(layers, 'error', label)}`,
  });
}

const bitsOf = ({ weightBits, placement }: Layer): string =>
  placement === 'cloud' ? 'cloud' : weightBits === null ? 'none' : weightBits >= 32 ? 'float' : String(weightBits);

function bitKey(edge: readonly Layer[]): Markup {
  const used = [...new Set(edge.map(bitsOf))].sort((a, b) => order(a) - order(b));
  const names: Record<string, string> = { float: 'float', none: 'no weights' };
  return html`<ul class="legend">${used.map(
    (bits) =>
      html`<li><svg width="22" height="14" aria-hidden="true"><rect class="swatch bits-${bits}" x="1" y="1" width="20" height="12"/></svg>${names[bits] ?? `${bits} bits`}: ${counted(edge.filter((layer) => bitsOf(layer) === bits).length, 'layer')}</li>`,
  )}</ul>`;
}

const order = (bits: string) => (bits === 'none' ? 0 : bits === 'float' ? 32 : Number(bits));

/** Class of a text that is readable on a cell; none for cloud layers. */
const inkOn = (kind: string) =>
  kind === 'cloud' ? undefined : ['2', '3', '4'].includes(kind) ? 'on-dark' : kind === 'none' ? 'on-none' : 'on-light';

const margins = (isNarrow: boolean) => ({ marginLeft: isNarrow ? 46 : 62, marginRight: 12 });

function strip(layers: readonly Layer[], label: string): Markup {
  const kinds = [...new Set(layers.map(bitsOf))];
  const cells = layers.map((layer, i) => ({ from: i, to: i + 1, kind: bitsOf(layer) }));
  const of = (kind: string) => cells.filter((cell) => cell.kind === kind);
  const draw = ({ width, isNarrow }: Canvas): Plot.PlotOptions => {
    const isReadable = (width - 74) / layers.length >= READABLE;
    return {
      ...margins(isNarrow),
      height: 34,
      marginTop: 2,
      marginBottom: 4,
      x: { domain: [0, layers.length], axis: null },
      y: { domain: [0, 1], axis: null },
      marks: [
        ...kinds.map((kind) =>
          Plot.rect(of(kind), {
            x1: 'from',
            x2: 'to',
            y1: 0,
            y2: 1,
            insetRight: layers.length > 150 ? 0 : 1,
            className: `cell bits-${kind}`,
          }),
        ),
        ...(['on-dark', 'on-light', 'on-none'] as const).map((className) =>
          Plot.text(isReadable ? cells.filter(({ kind }) => inkOn(kind) === className) : [], {
            x: ({ from }: (typeof cells)[number]) => from + 0.5,
            y: 0.5,
            text: ({ kind }: (typeof cells)[number]) => (kind === 'none' ? '·' : kind === 'float' ? 'F' : kind),
            className: `cell-bits ${className}`,
          }),
        ),
        Plot.text(['bits'], { frameAnchor: 'left', dx: -8, textAnchor: 'end', className: 'row-name' }),
      ],
    };
  };
  const tips = Object.fromEntries(
    kinds.map((kind) => [`bits-${kind}`, (index: number) => tipOf(layers[of(kind)[index].from])]),
  );
  return chart({ label, draw, tips });
}

function tipOf({ name, op, placement, weightBits, activationBits, diskBytes, error }: Layer): string {
  if (placement === 'cloud') return `${name}\n${op}, in the cloud`;
  const weights =
    weightBits === null ? 'no weights' : weightBits >= 32 ? 'weights in float' : `weights at ${weightBits} bits`;
  return [
    name,
    `${op}: ${weights}, activations at ${activationBits} bits`,
    `${bytes(diskBytes ?? 0)} of packed weights, error ${number(error ?? 0)}`,
  ].join('\n');
}

/** Middles of the cells that get a tick: at most `most` round layer numbers, counted from 1. */
function numbered(count: number, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => count / each <= most) ?? 5000;
  return Array.from({ length: Math.floor(count / step) }, (_, i) => (i + 1) * step - 0.5);
}

/** A bar for each layer, aligned with the strip. */
function lower(layers: readonly Layer[], key: 'diskBytes' | 'error', label: string): Markup {
  const most = Math.max(...layers.map((layer) => layer[key] ?? 0));
  const unit = key === 'error' ? powerUnit(most) : sizeUnit(most);
  const rows = layers
    .map((layer, i) => ({ from: i, to: i + 1, value: (layer[key] ?? 0) / unit.factor }))
    .filter(({ value }) => value > 0);
  const isLast = key === 'error';
  const draw = ({ isNarrow }: Canvas): Plot.PlotOptions => ({
    ...margins(isNarrow),
    height: isLast ? 132 : 106,
    marginTop: 22,
    marginBottom: isLast ? 40 : 14,
    x: {
      domain: [0, layers.length],
      label: isLast ? 'layer, in execution order' : null,
      labelArrow: 'none',
      labelAnchor: 'center',
      ticks: isLast ? numbered(layers.length, isNarrow ? 5 : 12) : [],
      tickFormat: (d: number) => String(d + 0.5),
    },
    y: {
      domain: [0, most / unit.factor || 1],
      ticks: 4,
      grid: true,
      labelArrow: 'none',
      label: `${key === 'error' ? 'error' : 'weights'} (${unit.name})`,
      tickFormat: (d: number) => String(Number(d.toPrecision(2))),
    },
    marks: [
      Plot.rectY(rows, {
        x1: 'from',
        x2: 'to',
        y1: 0,
        y2: 'value',
        insetRight: layers.length > 150 ? 0 : 1,
        className: `column-${key}`,
      }),
      Plot.ruleY([0]),
    ],
  });
  return chart({
    label: `${label}: ${key === 'error' ? 'error' : 'bytes'}`,
    draw,
    tips: { [`column-${key}`]: (index) => tipOf(layers[rows[index].from]) },
  });
}
