/** Makes tables sortable by the buttons in their heads: ascending, descending, original order. */
export function enableSorting(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.querySelectorAll<HTMLElement>('thead th')];
    heads.forEach((head, column) => {
      head.querySelector('button')?.addEventListener('click', () => {
        const next = { ascending: 'descending', descending: undefined, none: 'ascending' }[
          head.getAttribute('aria-sort') ?? 'none'
        ];
        for (const other of heads) other.removeAttribute('aria-sort');
        if (next) head.setAttribute('aria-sort', next);
        body.append(...(next ? sorted(original, column, next === 'ascending' ? 1 : -1) : original));
      });
    });
  }
}

function sorted(rows: readonly HTMLTableRowElement[], column: number, sign: number): HTMLTableRowElement[] {
  return rows
    .map((row) => ({ row, value: keyOf(row.cells[column]) }))
    .sort((a, b) => {
      // Empty cells come last in both directions.
      if (a.value === '' || b.value === '') return Number(a.value === '') - Number(b.value === '');
      return sign * compared(a.value, b.value);
    })
    .map(({ row }) => row);
}

const compared = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;

function keyOf(cell: HTMLTableCellElement): string | number {
  const text = cell.getAttribute('data-by') ?? cell.textContent ?? '';
  const number = Number(text);
  return text.trim() === '' ? '' : Number.isNaN(number) ? text : number;
}
