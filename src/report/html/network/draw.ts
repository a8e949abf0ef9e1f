import type { PlanDocument } from '../../../documents/plan.js';
import { bytes } from '../../../util/format.js';
import { counted } from '../../format.js';
import { sentAs, shortened } from '../../words.js';
import { html, type Markup } from '../markup.js';
import { type Group, groupsOf, type Layer, wiring } from './groups.js';
import { BOX, type Box, type Drawing, type Line, layoutModel, type Point } from './layout.js';

/** The graph of the model as SVG, with its cut. */
export function drawModel({ layers, cut }: Pick<PlanDocument, 'layers' | 'cut'>): Markup {
  const wires = wiring(layers);
  const groups = groupsOf(layers, wires);
  const drawing = layoutModel(layers, groups, wires);
  const width = Math.ceil(Math.max(drawing.width, 320));
  const shift = (width - drawing.width) / 2;
  const height = Math.ceil(drawing.height);
  const label = `The network in ${counted(groups.length, 'box')}`.replace('boxs', 'boxes');
  // The first svg sets the least width; the second fills the available width.
  return html`<div class="network"><svg width="${width}" height="1" aria-hidden="true"></svg><svg role="img" aria-label="${label}${drawing.cut === undefined ? '' : ', divided by the cut'}" width="100%" height="${height}" viewBox="0 0 ${width} ${height}">
${sides(drawing, width, height)}<g transform="translate(${round(shift)},0)">
${drawing.lines.map(line)}
${drawing.inputs.map(({ tensor, box }) => input(tensor, box))}
${groups.map((group, g) => node(group, layers, drawing.groups[g]))}
${drawing.lines.map((each) => crossingLabel(each, cut))}</g></svg></div>`;
}

const round = (value: number) => Number(value.toFixed(1));

/** Sides and cut extend beyond the drawing by this many pixels. */
const SPILL = 1000;

function sides({ cut, groups }: Drawing, width: number, height: number): Markup {
  if (cut === undefined)
    return html`<rect class="side-edge" x="${-SPILL}" width="${width + 2 * SPILL}" height="${height}"/><text class="side" x="${width - 8}" y="18">edge</text>`;
  const y = round(cut);
  const name = groups.length > 0;
  return html`<rect class="side-edge" x="${-SPILL}" width="${width + 2 * SPILL}" height="${y}"/><rect class="side-cloud" x="${-SPILL}" y="${y}" width="${width + 2 * SPILL}" height="${round(height - cut)}"/>
<line id="cut" class="cut" x1="${-SPILL}" x2="${width + SPILL}" y1="${y}" y2="${y}"/>${name && html`<text class="side" x="${width - 8}" y="${y - 8}">edge</text><text class="side" x="${width - 8}" y="${y + 18}">cloud</text>`}`;
}

function line({ points, crosses }: Line): Markup {
  return html`<path class="${crosses ? 'wire crossing' : 'wire'}" d="${curve(points)}"/>`;
}

/** A polyline with rounded corners. */
function curve([start, ...rest]: readonly Point[]): string {
  const at = ({ x, y }: Point) => `${round(x)},${round(y)}`;
  const end = rest[rest.length - 1];
  const middles = rest
    .slice(0, -1)
    .map((point, i) => ({ corner: point, to: i === rest.length - 2 ? end : middle(point, rest[i + 1]) }));
  return `M${at(start)}${middles.map(({ corner, to }) => `Q${at(corner)} ${at(to)}`).join('')}${middles.length === 0 ? `L${at(end)}` : ''}`;
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

function box({ x, y, width, height }: Box, className: string, first: string, second: string, tip: string): Markup {
  const [left, top] = [round(x - width / 2), round(y - height / 2)];
  return html`<g class="${className}" data-tip="${tip}"><rect x="${left}" y="${top}" width="${width}" height="${height}" rx="5"/><text x="${round(x)}" y="${round(y + (second ? -4 : 4))}">${first}</text>${
    second && html`<text class="minor" x="${round(x)}" y="${round(y + 11)}">${second}</text>`
  }</g>\n`;
}

const input = (tensor: string, at: Box) =>
  box(at, 'node input', `input ${shortened(tensor, 13)}`, '', `input ${tensor}`);

const LETTERS = Math.floor(BOX.width / 6.6);

function node({ layers: members, side }: Group, layers: readonly Layer[], at: Box): Markup {
  const all = members.map((i) => layers[i]);
  const last = all[all.length - 1];
  if (all.length === 1)
    return box(at, `node ${side}`, `${last.op}${bitsOf(last)}`, shortened(last.name, LETTERS), tipOf(last));
  const first = `${all.length} layers${widthsOf(all)}`;
  return box(
    at,
    `node ${side} many`,
    first,
    shortened(operators(all), LETTERS + 2),
    `${all.length} layers, ${operators(all)}\nfrom ${all[0].name}\nto ${last.name}`,
  );
}

const bitsOf = ({ weightBits, activationBits, placement }: Layer): string =>
  placement === 'cloud'
    ? ''
    : weightBits === null
      ? ` · ${activationBits} bits`
      : weightBits >= 32
        ? ' · float'
        : ` · ${weightBits}/${activationBits} bits`;

function widthsOf(layers: readonly Layer[]): string {
  const widths = layers.flatMap(({ weightBits }) => weightBits ?? []).filter((bits) => bits < 32);
  if (widths.length === 0) return '';
  const [least, most] = [Math.min(...widths), Math.max(...widths)];
  return ` · ${least === most ? least : `${least}-${most}`} bits`;
}

/** `Conv ×3, Add`, the most frequent first. */
function operators(layers: readonly Layer[]): string {
  const counts = new Map<string, number>();
  for (const { op } of layers) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([op, count]) => (count > 1 ? `${op} ×${count}` : op))
    .join(', ');
}

function tipOf(layer: Layer): string {
  const { name, op, placement, weightBits, activationBits, weightBytes, macs } = layer;
  const lines = [`${op} ${name}`, `${(macs / 1e6).toPrecision(3)} million multiply-accumulates`];
  if (placement === 'cloud') return [...lines, 'in the cloud'].join('\n');
  const weights =
    weightBits === null
      ? 'no weights'
      : `weights ${weightBits >= 32 ? 'in float' : `at ${weightBits} bits`}, ${bytes(weightBytes ?? 0)} of RAM`;
  return [...lines, `on the edge: ${weights}, activations at ${activationBits} bits`].join('\n');
}

function crossingLabel({ crossing, label }: Line, cut: PlanDocument['cut']): Markup | undefined {
  if (!label || crossing.length === 0) return undefined;
  return html`${crossing.map((tensor, i) => {
    const sent = cut.find((each) => each.tensor === tensor);
    if (!sent) return undefined;
    const y = round(label.y + 18 * (i - (crossing.length - 1) / 2));
    return html`<g class="sent" data-tip="${`${tensor}\n${sentAs(sent)}`}"><rect x="${round(label.x - 62)}" y="${y - 9}" width="124" height="18" rx="9"/><text x="${round(label.x)}" y="${y + 4}">${sent.bits} bits, ${bytes(sent.bytes)}</text></g>`;
  })}`;
}
