const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Makes the marks of a chart selectable by pointer and keyboard, and shows the details of the selected one. */
export function enablePicks(): void {
  const marks = [...document.querySelectorAll<SVGElement>('[data-pick]')];
  const details = [...document.querySelectorAll<HTMLElement>('[data-details]')];
  const pick = (index: string | null) => {
    for (const mark of marks) {
      const isPicked = mark.getAttribute('data-pick') === index;
      mark.setAttribute('aria-pressed', String(isPicked));
      mark.setAttribute('tabindex', isPicked ? '0' : '-1');
    }
    for (const each of details) each.hidden = each.getAttribute('data-details') !== index;
  };
  for (const mark of marks) {
    mark.addEventListener('click', () => pick(mark.getAttribute('data-pick')));
    mark.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (event.key === 'Enter' || event.key === ' ') pick(mark.getAttribute('data-pick'));
      else if (step !== undefined) neighbour(mark, step)?.focus();
      else return;
      event.preventDefault();
    });
    mark.addEventListener('focus', () => pick(mark.getAttribute('data-pick')));
  }
}

/** The next mark of the same chart from left to right; after the last comes the first. */
function neighbour(mark: SVGElement, step: number): SVGElement | undefined {
  const siblings = [...(mark.parentElement?.querySelectorAll<SVGElement>('[data-pick]') ?? [])];
  const left = (each: SVGElement) => each.getBoundingClientRect().left;
  siblings.sort((a, b) => left(a) - left(b));
  return siblings[(siblings.indexOf(mark) + step + siblings.length) % siblings.length];
}
