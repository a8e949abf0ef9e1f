import * as Plot from '@observablehq/plot';
import type { PlanDocument } from '../../../documents/plan.js';
import { bytes, number } from '../../../util/format.js';
import { sizeUnit } from '../../units.js';
import { dimensions, shortened } from '../../words.js';
import { amountAxis, ROW_HEIGHT, rowAxis } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { folded, legend, section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

type Options = PlanDocument['payload'][number];
type Option = Options['options'][number];

interface Row {
  name: string;
  bytes: number;
  option?: Option;
}

/** The axis ends at this many times the longest relevant bar; see {@link longest}. */
const LONGEST = 1.6;

/** Distance of a size from its bar, and the largest width of its letters, in pixels. */
const VALUE_AWAY = 6;
const LETTER = 7.2;

/** Payload of the input in each encoding, and of the crossing tensors at each bit-width. */
export function payloadSection(plan: PlanDocument): Markup {
  const inputs = plan.payload.filter(({ input }) => input);
  const crossing = plan.payload.filter(({ input }) => !input);
  const most = longest(inputs, crossing);
  const reference = crossing.length > 0 ? plan.baselines['cloud-only']?.cut : undefined;
  const all = [...inputs, ...crossing];
  return section({
    id: 'payload',
    title: 'Payload',
    lead: html`Encoded bytes per inference, as the mean over the samples: the input${
      crossing.length > 0 ? ', and each crossing tensor at every bit-width, packed and in its smallest encoding' : ''
    }. The chosen encoding is framed${reference && '; the dashed line is the payload of cloud-only'}. Coding takes time, so the smallest encoding is not always the fastest. All bars share one scale; → marks a bar that is cut off.`,
    body: html`${legend([
      ['plain', 'float tensor'],
      ['link', 'encoded'],
    ])}${all.map((tensor) => bars(tensor, most, tensor.input ? undefined : reference))}${folded('The same as a table', payloadTable(all))}`,
  });
}

/**
 * The encodings to draw: all for an input; for a crossing tensor, raw and smallest at each bit-width. The table has
 * all.
 */
function rowsOf({ plainBytes, options, input }: Options): Row[] {
  const best = (bits: number) =>
    Math.min(...options.filter((option) => option.bits === bits).map((option) => option.bytes));
  const isShown = ({ bits, encoding, bytes: size, chosen }: Option) =>
    input || chosen || encoding === 'raw' || size === best(bits);
  const sorted = options.filter(isShown).sort((a, b) => a.bits - b.bits || b.bytes - a.bytes);
  const name = ({ bits, encoding }: Option) => (input ? encoding : `${bits} bits, ${encoding}`);
  return [
    { name: 'float tensor', bytes: plainBytes },
    ...sorted.map((option) => ({ name: name(option), bytes: option.bytes, option })),
  ];
}

/**
 * The end of the common axis in bytes. Every encoding of a crossing tensor and the smallest of each input fit.
 */
function longest(inputs: readonly Options[], crossing: readonly Options[]): number {
  const sizes = (tensors: readonly Options[]) =>
    tensors.flatMap(({ options }) => options.map((option) => option.bytes));
  const least = inputs.map((input) => Math.min(...sizes([input])));
  const counted = crossing.length > 0 ? [...sizes(crossing), ...least.filter(Number.isFinite)] : sizes(inputs);
  const all = [...inputs, ...crossing].flatMap((tensor) => [tensor.plainBytes, ...sizes([tensor])]);
  return Math.max(1, Math.min(Math.max(...all), LONGEST * Math.max(...counted)));
}

function bars(tensor: Options, most: number, reference: PlanDocument['cut'] | undefined): Markup {
  const rows = rowsOf(tensor);
  const sent = reference?.reduce((sum, each) => sum + each.bytes, 0) ?? 0;
  const unit = sizeUnit(most);
  const shown = rows.map((row, i) => ({
    ...row,
    i,
    length: Math.min(row.bytes, most) / unit.factor,
    isChosen: row.option?.chosen ?? false,
  }));
  const written = (row: Row) => `${row.bytes > most ? '→ ' : ''}${bytes(row.bytes)}`;
  const draw = (canvas: Canvas): Plot.PlotOptions => {
    const { isNarrow, width } = canvas;
    const left = isNarrow ? 126 : 190;
    const right = isNarrow ? 78 : 110;
    const line = sent > 0 && sent <= most ? sent / unit.factor : undefined;
    const pixels = (width - left - right) / (most / unit.factor);
    // Move a size that would overlap the dashed line to its right.
    const valueAt = (row: (typeof shown)[number]) => {
      const start = pixels * row.length + VALUE_AWAY;
      const crosses =
        line !== undefined && row.length < line && start + LETTER * written(row).length > pixels * line - 3;
      return crosses ? line : row.length;
    };
    return {
      height: rows.length * ROW_HEIGHT + 58,
      marginLeft: left,
      marginRight: right,
      marginTop: 6,
      marginBottom: 46,
      x: { ...amountAxis(`size (${unit.name})`, canvas), domain: [0, most / unit.factor] },
      y: rowAxis(rows),
      marks: [
        Plot.barX(shown, {
          filter: 'isChosen',
          x1: 0,
          x2: most / unit.factor,
          y: 'i',
          insetLeft: 4 - left,
          insetRight: 4 - right,
          rx: 4,
          className: 'chosen-row',
        }),
        Plot.barX(
          shown.filter(({ option }) => !option),
          { x1: 0, x2: 'length', y: 'i', insetTop: 2, insetBottom: 2, className: 'plain' },
        ),
        Plot.barX(
          shown.filter(({ option }) => option),
          { x1: 0, x2: 'length', y: 'i', insetTop: 2, insetBottom: 2, className: 'transfer' },
        ),
        Plot.ruleX(line === undefined ? [] : [line], { className: 'reference' }),
        Plot.text(shown, { x: 0, y: 'i', text: 'name', textAnchor: 'end', dx: -8, className: 'row-name' }),
        Plot.text(shown, {
          x: valueAt,
          y: 'i',
          text: written,
          textAnchor: 'start',
          dx: VALUE_AWAY,
          className: 'row-value',
        }),
      ],
    };
  };
  const title = `${tensor.input ? 'Input' : 'Crossing tensor'} ${tensor.tensor} (${dimensions(tensor.shape)})`;
  return html`<h3 title="${tensor.tensor}">${tensor.input ? 'Input' : 'Crossing tensor'} <code>${shortened(tensor.tensor, 60)}</code> ${dimensions(tensor.shape)}</h3>
${chart({ label: `${title}: bytes by encoding`, draw, tips: { transfer: (index) => tipOf(tensor, rows[index + 1]) } })}`;
}

const tipOf = ({ plainBytes }: Options, { name, bytes: size, option }: Row): string =>
  [
    name,
    `${bytes(size)}, ${number((100 * size) / plainBytes)} % of the float tensor`,
    ...(option ? [`95th percentile ${bytes(option.p95)}`, `adds ${number(option.error)} to the error`] : []),
    ...(option?.chosen ? ['chosen'] : []),
  ].join('\n');

const payloadTable = (all: readonly Options[]): Markup =>
  table({
    caption: 'Payload by encoding',
    columns: [
      { title: 'Tensor' },
      { title: 'Bits', isNumber: true },
      { title: 'Encoding' },
      { title: 'Bytes', isNumber: true },
      { title: 'Median', isNumber: true },
      { title: '95th percentile', isNumber: true },
      { title: 'Of the float tensor', unit: '%', isNumber: true },
      { title: 'Error added', isNumber: true },
    ],
    rows: all.flatMap(({ tensor, options, plainBytes }) =>
      options.map((option) => ({
        ...(option.chosen && { className: 'chosen' }),
        cells: [
          { text: `${tensor}${option.chosen ? ' (chosen)' : ''}` },
          { text: option.bits, by: option.bits },
          { text: option.encoding },
          { text: bytes(option.bytes), by: option.bytes },
          { text: bytes(option.p50), by: option.p50 },
          { text: bytes(option.p95), by: option.p95 },
          { text: number((100 * option.bytes) / plainBytes), by: option.bytes / plainBytes },
          { text: number(option.error), by: option.error },
        ],
      })),
    ),
  });
