import type { ReportDocument } from '../../../documents/report.js';
import { bytes, percent } from '../../../util/format.js';
import { counted } from '../../format.js';
import { notRunInWords } from '../../words.js';
import { section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

/** What verification found when it ran both sides. */
export function verificationSection({ verification, plan, targets }: ReportDocument): Markup {
  const { samples, notRun, wireBytes, outputDifference, outputs } = verification;
  const isSplit = plan.decision !== 'edge-only';
  const where = isSplit
    ? `${notRun ? 'Both models' : 'Both sides'} (${targets.edge} and ${targets.cloud}) ran as two processes on loopback`
    : `${notRun ? 'Its model' : 'The edge side'} (${targets.edge}) ran as a separate process`;
  const equal =
    outputDifference === 0
      ? 'every output equals'
      : `outputs differ by at most ${outputDifference.toExponential(1)} from`;
  return section({
    id: 'verification',
    title: 'Verification',
    lead: html`${where} before this bundle was written: over ${counted(samples, 'sample')}, ${
      wireBytes > 0 && html`all ${bytes(wireBytes)} of codes on the wire and `
    }${equal} the result of both sides in one process.${notRun && html` Note: ${notRunInWords(notRun)}.`}`,
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
          { text: sqnr === null ? 'none' : sqnr.toFixed(1), by: sqnr },
          { text: top1Agreement === null ? 'not applicable' : percent(top1Agreement), by: top1Agreement },
          { text: `${equalSamples} of ${samples}`, by: equalSamples },
        ],
      })),
    }),
  });
}
