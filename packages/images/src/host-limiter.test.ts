import { expect, test } from 'vitest';
import { hostLimiter } from './host-limiter.ts';

test('a slow host does not hold up others', async () => {
  const limiter = hostLimiter({ perHost: 2, total: 3 });
  const entered: string[] = [];
  const enter = (host: string): Promise<Disposable> => limiter.enter(host).then((place) => { entered.push(host); return place; });
  const first = enter('slow');
  void enter('slow');
  void enter('slow');
  void enter('good');
  await new Promise(setImmediate);
  expect(entered).toEqual(['slow', 'slow', 'good']);

  (await first)[Symbol.dispose]();
  await new Promise(setImmediate);

  expect(entered).toEqual(['slow', 'slow', 'good', 'slow']);
});

test('who gives up while waiting takes no place', async () => {
  const limiter = hostLimiter({ perHost: 1, total: 1 });
  const place = await limiter.enter('a');
  const controller = new AbortController();
  const waiting = limiter.enter('a', controller.signal);

  controller.abort();

  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  place[Symbol.dispose]();
  expect(await limiter.enter('a')).toBeDefined();
});
