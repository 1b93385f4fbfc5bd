/** Results of `work` in the order of `items`, with a few at work at once; reads ahead no further than that. */
export async function* inParallel<Item, Result>(items: AsyncIterable<Item> | Iterable<Item>, concurrency: number, work: (item: Item) => Promise<Result>): AsyncIterable<Result> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const next = work(item);
      next.catch(() => {}); // awaited in its turn
      running.push(next);
      if (running.length >= concurrency) yield await (running.shift() as Promise<Result>);
    }
    while (running.length > 0) yield await (running.shift() as Promise<Result>);
  } finally {
    await Promise.allSettled(running);
  }
}

/** Runs `work` for every item on `count` workers; the first failure stops the taking of further items and is thrown. */
export async function byWorkers<Item>(items: readonly Item[], count: number, work: (item: Item, worker: number) => Promise<void>): Promise<void> {
  const waiting = [...items];
  let failed = false;
  const workers = Array.from({ length: Math.min(count, items.length) }, async (_, worker) => {
    for (let item = waiting.shift(); item !== undefined && !failed; item = waiting.shift()) {
      try {
        await work(item, worker);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  });
  const results = await Promise.allSettled(workers);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
