/** Shows the `data-tip` text of an element beside the pointer, or beside the focused element. */
export function showTips(box: HTMLElement): void {
  const at = (x: number, y: number) => {
    const { width, height } = box.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const left = x + 14 + width > clientWidth ? x - 14 - width : x + 14;
    const top = y + 18 + height > clientHeight ? y - 10 - height : y + 18;
    // The page's Content Security Policy forbids style attributes, but not the CSSOM.
    box.style.left = `${Math.max(4, Math.min(left, clientWidth - width - 4))}px`;
    box.style.top = `${Math.max(4, top)}px`;
  };
  const tipOf = (target: EventTarget | null) => (target instanceof Element ? target.closest('[data-tip]') : null);
  const show = (element: Element | null) => {
    box.hidden = !element;
    if (element) box.textContent = element.getAttribute('data-tip');
  };
  document.addEventListener('pointermove', (event) => {
    const element = tipOf(event.target);
    show(element);
    if (element) at(event.clientX, event.clientY);
  });
  document.addEventListener('focusin', (event) => {
    const element = tipOf(event.target);
    show(element);
    if (!element) return;
    const { left, bottom, width } = element.getBoundingClientRect();
    at(left + width / 2, bottom - 10);
  });
  document.addEventListener('pointerleave', () => show(null));
  document.addEventListener('focusout', () => show(null));
  document.addEventListener('scroll', () => show(null), { passive: true });
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') show(null);
  });
}
