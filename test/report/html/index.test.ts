import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { ReportDocument } from '../../../src/documents/report.js';
import { reportHtml } from '../../../src/report/html/index.js';
import { pageData } from '../../../src/report/html/page.js';
import { accuracyOf, exampleHtml, exampleReport } from '../example.js';
import { chain, dense, inception } from './networks.js';

const parsed = (text: string) => parseHTML(text).document;

/** The example with other layers under it. */
function withLayers(layers: ReportDocument['plan']['layers']): ReportDocument {
  const report = exampleReport();
  return {
    ...report,
    plan: {
      ...report.plan,
      layers,
      cut: [
        {
          ...report.plan.cut[0],
          tensor: layers[Math.max(0, layers.findIndex(({ placement }) => placement === 'cloud') - 1)].name,
        },
      ],
    },
  };
}

describe('report.html', () => {
  it('is what its data give, byte for byte, as often as it is drawn', () => {
    expect(
      reportHtml(exampleReport()) === exampleHtml,
      'the committed report is not what this version draws: run npm start',
    ).toBe(true);
    expect(reportHtml(exampleReport()) === exampleHtml).toBe(true);
  });

  it('gives its data back', () => {
    const report = exampleReport();
    report.plan.model.path = '</script><script>alert(1)</script>';
    const text = reportHtml(report);
    expect(pageData(text)).toEqual(report);
    expect(text).not.toContain('<script>alert');
    expect(pageData('<p>no report</p>')).toBeUndefined();
  });

  it('allows its own script and style and nothing else, and names no other place', () => {
    const document = parsed(exampleHtml);
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
    const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const inline = (tag: string) =>
      [...exampleHtml.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, text]) => hashOf(text));
    expect(inline('script')).toHaveLength(1);
    expect(policy).toBe(
      `default-src 'none'; style-src ${inline('style')[0]}; script-src ${inline('script')[0]}; base-uri 'none'; form-action 'none'`,
    );
    expect(document.querySelectorAll('[src], link, [style], iframe, [onclick]').length).toBe(0);
    expect(
      [...document.querySelectorAll('[href]')].filter((link) => !link.getAttribute('href')?.startsWith('#')),
    ).toEqual([]);
    expect(exampleHtml).not.toMatch(/20\d\d-\d\d-\d\d|\/work\/|\/home\/|\/tmp\//);
  });

  it('links to parts that there are, each id once', () => {
    const document = parsed(exampleHtml);
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('nav a')) expect(ids).toContain(link.getAttribute('href')?.slice(1));
    for (const [, id] of exampleHtml.matchAll(/url\(#([\w-]+)\)/g)) expect(ids).toContain(id);
  });

  it('has a unit on every axis', () => {
    const labels = [...parsed(exampleHtml).querySelectorAll('.chart text')]
      .map((text) => text.textContent ?? '')
      .filter((text) => /\(.*\)$/.test(text));
    for (const axis of [
      /^latency \(ms\)/,
      /^RAM \(kB\)$/,
      /^time since the start \(µs\)$/,
      /^size \(kB\)$/,
      /^weights \(kB\)$/,
      /error \(.*no unit\)$/,
    ]) {
      expect(
        labels.some((label) => axis.test(label)),
        String(axis),
      ).toBe(true);
    }
  });

  it('has one row or bar for each layer, cut and number', () => {
    const document = parsed(exampleHtml);
    const { plan, devices } = exampleReport();
    expect(document.querySelectorAll('#layers tbody tr')).toHaveLength(plan.layers.length);
    expect(document.querySelectorAll('#latency tbody tr')).toHaveLength(
      plan.candidates.length + Object.keys(plan.baselines).length,
    );
    const rows = [...document.querySelectorAll('#sources tbody tr')].map((row) => row.textContent);
    expect(rows).toHaveLength(
      devices.edge.numbers.length + devices.network.numbers.length + devices.cloud.numbers.length,
    );
    expect(rows.filter((row) => row?.includes('the config; 3g states 3 Mbps'))).toHaveLength(1);
    // Once at each width.
    expect(document.querySelectorAll('#front [data-pick]').length).toBe(
      2 * document.querySelectorAll('[data-details]').length,
    );
  });

  it.each<[string, ReportDocument]>([
    ['a long chain', withLayers(chain(500, 250))],
    ['many branches', withLayers(inception(40, 5, 200))],
    ['a dense network', withLayers(dense(120, 60))],
    ['layers with no cloud', withLayers(chain(8, 8))],
  ])('stays under a megabyte: %s', (_, report) => {
    expect(reportHtml(report).length).toBeLessThan(1e6);
  });

  it('says what the accuracy of the plan, of cuts and of baselines rests on', () => {
    const report = exampleReport();
    const { plan } = report;
    const chosen = plan.candidates.find((candidate) => candidate.chosen);
    const cloud = plan.baselines['cloud-only'];
    const edge = plan.baselines['edge-only'];
    if (!chosen || !cloud || !edge) throw new Error('the example has them');
    chosen.accuracy = accuracyOf({ verdict: 'inconclusive', samplesNeeded: 1500 });
    cloud.accuracy = accuracyOf({ verdict: 'holds' });
    Object.assign(edge, { feasible: true, violated: [], accuracy: accuracyOf({ verdict: 'fails', drop: 0.3 }) });
    const statement = 'No faster plan holds: 4 families were measured.';
    Object.assign(plan, {
      accuracy: chosen.accuracy,
      accuracySource: 'measured',
      certificate: { complete: true, families: 9, measured: 4, untried: 0, statement },
      warnings: ['validation is calibration'],
      deployable: { edge: false, cloud: true, reasons: { edge: 'the edge side does not run on it' } },
    });
    const document = parsed(reportHtml(report));
    expect(document.querySelector('.certificate')?.textContent).toContain('No faster plan holds');
    expect([...document.querySelectorAll('.notice')].map((notice) => notice.textContent)).toEqual([
      'Warning: validation is calibration',
      'The edge side does not run on it.',
    ]);
    const figures = [...document.querySelectorAll('.figures div')].map((figure) => figure.textContent ?? '');
    expect(figures.find((figure) => figure.startsWith('Accuracy'))).toMatch(
      /inconclusive: about.1500.samples would tell$/,
    );
    expect(figures.find((figure) => figure.startsWith('Latency'))).toMatch(
      /the fastest measured alternative, cloud-only, takes .*x as long$/,
    );
    expect(figures.find((figure) => figure.startsWith('Bound'))).toMatch(/by this cost model, regardless of accuracy$/);
    const values = [...document.querySelectorAll('#latency .row-value text')].map((text) => text.textContent ?? '');
    for (const mark of [/ \?$/, / ✓$/, / ✕ accuracy$/, /s$/])
      expect(values.some((value) => mark.test(value))).toBe(true);
    const rows = [...document.querySelectorAll('#latency tbody tr')].map((row) => row.textContent ?? '');
    expect(rows.filter((row) => row.startsWith('edge-only'))[0]).toMatch(/breaks accuracy drop 30 % over 1 %$/);
    expect(rows.filter((row) => row.includes('the accuracy of this plan'))).toEqual([]);
  });

  it('shows what is known alone: no energy, no price, no accuracy, no limit, nothing on the edge', () => {
    const report = exampleReport();
    const { accuracy: _, certificate: __, warnings: ___, ...plan } = report.plan;
    const memory = { weights: 0, activations: 0, total: 0, limit: null };
    const layers = plan.layers.map((layer) => ({
      ...layer,
      placement: 'cloud' as const,
      weightBits: null,
      weightBytes: null,
      diskBytes: null,
      liveBytes: null,
      error: null,
    }));
    const text = reportHtml({
      ...report,
      plan: {
        ...plan,
        decision: 'cloud-only',
        accuracySource: 'predicted',
        energy: null,
        cost: null,
        edge: { memory, disk: { weights: 0, graph: 0, total: 0, limit: null } },
        layers,
        baselines: {},
        frontier: [],
        candidates: plan.candidates.slice(0, 1),
      },
    });
    expect(text.slice(text.indexOf('<main>'), text.indexOf('</main>'))).not.toMatch(/NaN|undefined|Infinity/);
    const document = parsed(text);
    const terms = [...document.querySelectorAll('.figures dt')].map((term) => term.textContent);
    expect(terms).toContain('Latency');
    for (const term of ['Energy', 'Cost', 'Edge weights']) expect(terms).not.toContain(term);
    expect(document.querySelector('.notice')?.textContent).toBe('Accuracy is predicted, not measured.');
    expect(document.querySelector('h1')?.textContent).toBe('model.onnx: all in the cloud');
  });
});
