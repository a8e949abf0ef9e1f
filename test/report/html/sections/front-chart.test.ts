import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { type FrontPlan, frontChart } from '../../../../src/report/html/sections/front-chart.js';
import { exampleReport } from '../../example.js';

const { plan: base } = exampleReport();

function planAt(seconds: number, error: number, patch: Partial<FrontPlan> = {}, violated: string[] = []): FrontPlan {
  const plan = {
    ...base,
    accuracy: undefined,
    latency: { ...base.latency, total: seconds },
    error: { ...base.error, total: error },
    feasible: violated.length === 0,
    violated,
  };
  return { name: `${seconds} s`, kind: 'front', plan, ...patch };
}

/** Centres of the points in the wide chart, in the order of the plans. */
function centres(plans: readonly FrontPlan[]): { x: number; y: number }[] {
  const { document } = parseHTML(`<div>${frontChart(plans).text}</div>`);
  const marks = [...document.querySelectorAll('.wide .point > *')];
  return marks
    .map((mark) => {
      const [, x, y] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(mark.getAttribute('transform') ?? '') ?? [];
      const [cx, cy] = ['cx', 'cy'].map((name) => mark.getAttribute(name));
      return { index: Number(mark.getAttribute('data-pick')), x: Number(x ?? cx), y: Number(y ?? cy) };
    })
    .sort((a, b) => a.index - b.index);
}

const textsOf = (plans: readonly FrontPlan[], selector: string) =>
  [...parseHTML(`<div>${frontChart(plans).text}</div>`).document.querySelectorAll(`.wide ${selector}`)].map((each) =>
    each.textContent?.trim(),
  );

describe('the chart of the front', () => {
  it('is linear in latency and in the logarithm of the error', () => {
    const seconds = fc.double({ min: 0.1, max: 0.15, noNaN: true });
    const error = fc.double({ min: 1e-4, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(seconds, error), { minLength: 2, maxLength: 6 }), (points) => {
        const plans = [planAt(0.1, 1e-4), planAt(0.15, 1), ...points.map(([s, e]) => planAt(s, e))];
        const [low, high, ...others] = centres(plans);
        others.forEach(({ x, y }, i) => {
          const [s, e] = points[i];
          expect(Math.abs((x - low.x) / (high.x - low.x) - (s - 0.1) / 0.05)).toBeLessThan(1e-3);
          expect(Math.abs((y - low.y) / (high.y - low.y) - Math.log10(e / 1e-4) / 4)).toBeLessThan(1e-3);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('is logarithmic in latencies that differ more than twentyfold', () => {
    const [a, b, c] = centres([planAt(0.01, 0.1), planAt(0.1, 0.1), planAt(1, 0.2)]);
    expect(b.x - a.x).toBeCloseTo(c.x - b.x, 1);
  });

  it('draws errors of 0 below all others, at a tick 0', () => {
    const plans = [planAt(0.1, 0.01), planAt(0.2, 0), planAt(0.3, 0.1)];
    const [some, none, more] = centres(plans);
    expect(none.y).toBeGreaterThan(Math.max(some.y, more.y));
    expect(textsOf(plans, '[aria-label], text')).toContain('0');
  });

  it('draws plans that break a limit at the border if they are far away, with an arrow at the name', () => {
    const far = planAt(50, 0.1, { kind: 'baseline', name: 'slow' }, ['memory 2 kB over 1 kB']);
    const plans = [planAt(0.1, 0.01), planAt(0.2, 0.1), far];
    expect(textsOf(plans, '.point-name')).toEqual(['slow →']);
    const [first, second, border] = centres(plans);
    // The axis ends at 1.6 times the slowest plan within the limits.
    expect((border.x - first.x) / (second.x - first.x)).toBeCloseTo((1.6 * 0.2 - 0.1) / 0.1, 2);
  });
});
