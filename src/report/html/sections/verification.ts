import type { ReportDocument } from '../../../documents/report.js';
import { bytes, percent } from '../../../util/format.js';
import { counted } from '../../format.js';
import { notRunInWords } from '../../words.js';
import { section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

/** What the two sides did when they ran. */
export function verificationSection({ verification, plan, targets }: ReportDocument): Markup {
  const { samples, notRun, wireBytes, outputDifference, outputs } = verification;
  const isSplit = plan.decision !== 'edge-only';
  const where = isSplit
    ? `${notRun ? 'Their models' : 'Both sides'} (${targets.edge} and ${targets.cloud}) ran as two processes on loopback`
    : `${notRun ? 'Its model' : 'The edge side'} (${targets.edge}) ran as a process of its own`;
  const equal =
    outputDifference === 0
      ? 'every output equals'
      : `outputs differ by at most ${outputDifference.toExponential(1)} from`;
  return section({
    id: 'verification',
    title: 'Verification',
    lead: html`${where} before this bundle was put in place: over ${counted(samples, 'sample')} ${
      wireBytes > 0 && html`all ${bytes(wireBytes)} of codes on the wire and `
    }${equal} that of the same sides in one process.${notRun && html` Beware: ${notRunInWords(notRun)}.`}`,
    body: table({
      caption: 'Outputs against the float network',
      columns: [
        { title: 'Output' },
        { title: 'Signal to quantization noise', unit: 'dB', isNumber: true },
        { title: 'Same top-1', isNumber: true },
        { title: 'Samples with equal values', isNumber: true },
      ],
      rows: outputs.map(({ name, sqnr, top1Agreement, equalSamples }) => ({
        cells: [
          { text: name },
          { text: sqnr === null ? 'no noise, or no floats' : sqnr.toFixed(1), by: sqnr },
          { text: top1Agreement === null ? 'not a row of scores' : percent(top1Agreement), by: top1Agreement },
          { text: `${equalSamples} of ${samples}`, by: equalSamples },
        ],
      })),
    }),
  });
}
