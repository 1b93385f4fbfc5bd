/** Everything an iterable gives, for small listings in tests. */
export async function all<T, U = T>(items: AsyncIterable<T>, change: (item: T) => U = (item) => item as unknown as U): Promise<U[]> {
  const found: U[] = [];
  for await (const item of items) found.push(change(item));
  return found;
}
