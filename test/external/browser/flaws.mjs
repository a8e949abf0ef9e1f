/**
 * Runs in a page: texts of charts that lie over one another, are crossed by a line, cut off or too small, and what is
 * wider than the page.
 */
export function flaws() {
  const isShown = (element) => element.getBoundingClientRect().width > 0;
  const charts = [...document.querySelectorAll('.chart svg, .network svg')].filter(isShown);
  const over = charts.flatMap((chart) => {
    const texts = [...chart.querySelectorAll('text')]
      .filter((text) => text.textContent !== '')
      .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    return texts.flatMap(({ text, box }, i) =>
      texts
        .slice(i + 1)
        .filter(
          (other) =>
            box.left + 1 < other.box.right &&
            other.box.left + 1 < box.right &&
            box.top + 3 < other.box.bottom &&
            other.box.top + 3 < box.bottom,
        )
        .map((other) => `"${text}" over "${other.text}"`),
    );
  });
  const crossed = charts.flatMap((chart) =>
    [...chart.querySelectorAll('.reference line, line.reference')].flatMap((line) => {
      const { left: x } = line.getBoundingClientRect();
      return [...chart.querySelectorAll('.row-value text, text.row-value')]
        .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
        .filter(({ box }) => box.left < x && x < box.right)
        .map(({ text }) => `a line through "${text}"`);
    }),
  );
  // What scrolls by itself may be wider than the page.
  const scrolls = (element) => element.closest('.network') !== null;
  const cut = charts
    .filter((chart) => !scrolls(chart))
    .flatMap((chart) => {
      const frame = chart.getBoundingClientRect();
      return [...chart.querySelectorAll('text')].flatMap((text) => {
        const { left, right, width } = text.getBoundingClientRect();
        return width > 0 && (left < frame.left - 1 || right > frame.right + 1)
          ? [`"${text.textContent}" is cut off`]
          : [];
      });
    });
  const small = charts.flatMap((chart) =>
    [...chart.querySelectorAll('text')].flatMap((text) => {
      const scale = text.getScreenCTM()?.a ?? 1;
      const size = Number.parseFloat(getComputedStyle(text).fontSize) * scale;
      return size < 9.5 ? [`"${text.textContent}" at ${size.toFixed(1)} px`] : [];
    }),
  );
  const { scrollWidth, clientWidth } = document.documentElement;
  return [
    ...over,
    ...crossed,
    ...cut,
    ...small,
    ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} px too wide`] : []),
  ];
}
