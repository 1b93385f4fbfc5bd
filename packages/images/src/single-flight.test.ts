import { expect, test } from 'vitest';
import { singleFlight } from './single-flight.ts';

test('work that many ask for is done once', async () => {
  const flights = singleFlight<number>();
  let runs = 0;
  const work = async (): Promise<number> => { await Promise.resolve(); return (runs += 1); };

  expect(await Promise.all(Array.from({ length: 50 }, () => flights.run('a', undefined, work)))).toEqual(Array.from({ length: 50 }, () => 1));
  expect(await flights.run('a', undefined, work)).toBe(2);
});

test('a caller who gives up leaves the others alone', async () => {
  const flights = singleFlight<string>();
  const { promise, resolve } = Promise.withResolvers<string>();
  const controller = new AbortController();
  let cancelled = false;
  const work = (signal: AbortSignal): Promise<string> => {
    signal.addEventListener('abort', () => { cancelled = true; });
    return promise;
  };
  const staying = flights.run('a', undefined, work);
  const leaving = flights.run('a', controller.signal, work);

  controller.abort();

  await expect(leaving).rejects.toMatchObject({ code: 'ABORTED' });
  expect(cancelled).toBe(false);
  resolve('done');
  expect(await staying).toBe('done');
});

test('work that nobody waits for any more is cancelled', async () => {
  const controller = new AbortController();
  let cancelled = false;
  const waiting = singleFlight<string>().run('a', controller.signal, (signal) => new Promise((_, reject) => {
    signal.addEventListener('abort', () => { cancelled = true; reject(new Error('cancelled')); });
  }));

  controller.abort();

  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  expect(cancelled).toBe(true);
});
