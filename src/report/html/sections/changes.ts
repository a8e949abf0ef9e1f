import { type Changes, difference, shown } from '../../changes.js';
import { counted } from '../../format.js';
import { section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

/** Differences from another bundle of the same build. */
export function changesSection({ reference, cut, figures, layers, inputs }: Changes): Markup {
  return section({
    id: 'changes',
    title: `Since ${reference}`,
    lead: html`${cut ? `The cut has moved: ${cut.before} → ${cut.after}.` : 'The cut is the same.'} ${layers > 0 && `${counted(layers, 'layer')} changed side or bits.`}`,
    body: html`${table({
      caption: `Figures at ${reference} and now`,
      columns: [
        { title: 'Figure' },
        { title: reference, isNumber: true },
        { title: 'Now', isNumber: true },
        { title: 'Change', isNumber: true },
      ],
      rows: figures.map((each) => ({
        ...(each.before !== each.after && { className: 'chosen' }),
        cells: [
          { text: each.name },
          { text: shown(each.before, each.unit), by: each.before },
          { text: shown(each.after, each.unit), by: each.after },
          { text: difference(each), by: each.before === null || each.after === null ? null : each.after - each.before },
        ],
      })),
    })}${inputs.length > 0 && html`<h3>Inputs</h3><ul>${inputs.map((line) => html`<li><code>${line}</code></li>`)}</ul>`}`,
  });
}
