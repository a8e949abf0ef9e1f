/** A binary heap: the smallest item first, equal ones in the order they came. */
export class Queue<T> {
  private readonly heap: { item: T; ticket: number }[] = [];
  private tickets = 0;

  constructor(private readonly compare: (a: T, b: T) => number) {}

  push(item: T): void {
    const { heap } = this;
    const entry = { item, ticket: this.tickets++ };
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.isBefore(entry, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = entry;
  }

  pop(): T | undefined {
    const { heap } = this;
    const top = heap[0];
    const entry = heap.pop();
    if (!entry || heap.length === 0) return top?.item;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(heap[child + 1], heap[child])) child++;
      if (!this.isBefore(heap[child], entry)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = entry;
    return top.item;
  }

  /** What is left, in no order. */
  rest(): T[] {
    return this.heap.map(({ item }) => item);
  }

  private isBefore(a: { item: T; ticket: number }, b: { item: T; ticket: number }): boolean {
    const order = this.compare(a.item, b.item);
    return order < 0 || (order === 0 && a.ticket < b.ticket);
  }
}
