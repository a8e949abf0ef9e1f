/** Maps items one after the other. An error stops the rest. */
export async function inOrder<T, R>(
  items: Iterable<T>,
  work: (item: T, index: number) => Promise<R> | R,
): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item, results.length));
  return results;
}
