import { afterEach, describe, expect, test, vi } from 'vitest';
import { hostLimiter, type HostLimiter, type Place } from './host-limiter.ts';

const tick = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => {});

/** Asks for a place and tells of it under a name. */
function asker(limiter: HostLimiter): { entered: string[]; ask(host: string, name?: string): Promise<Place> } {
  const entered: string[] = [];
  return {
    entered,
    ask: async (host, name = host) => {
      const place = await limiter.enter(host);
      entered.push(name);
      return place;
    },
  };
}

/** Runs `count` requests to `host` one after the other, all with the same ending. */
async function run(limiter: HostLimiter, ending: 'answered' | 'overloaded', count = 1): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    using place = await limiter.enter('host');
    place.settle(ending);
  }
}

/** How many places `host` gets at once. */
async function limitOf(limiter: HostLimiter): Promise<number> {
  const { entered, ask } = asker(limiter);
  const asked = Array.from({ length: 40 }, () => ask('host').then((place) => { setTimeout(() => place[Symbol.dispose](), 1); }));
  await tick();
  const atOnce = entered.length;
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all(asked);
  return atOnce;
}

describe('places', () => {
  vi.useFakeTimers();
  afterEach(() => vi.clearAllTimers());

  test('of a slow host do not hold up others, and hosts take turns', async () => {
    const { entered, ask } = asker(hostLimiter({ most: () => 2, total: 3 }));
    const first = ask('slow');
    void ask('slow');
    void ask('slow');
    void ask('good');
    await tick();
    expect(entered).toEqual(['slow', 'slow', 'good']);

    (await first)[Symbol.dispose]();
    await tick();

    expect(entered).toEqual(['slow', 'slow', 'good', 'slow']);
  });

  test('are given back once, and not taken by who gives up while waiting', async () => {
    const limiter = hostLimiter({ most: () => 1, total: 1 });
    const place = await limiter.enter('a');
    const controller = new AbortController();
    const waiting = limiter.enter('a', controller.signal);

    controller.abort();

    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    place[Symbol.dispose]();
    place[Symbol.dispose]();
    const { entered, ask } = asker(limiter);
    void ask('a');
    void ask('b');
    await tick();
    expect(entered).toEqual(['a']);
  });
});

describe('the number of places of a host', () => {
  test('begins with four and grows with success up to its most', async () => {
    const limiter = hostLimiter({ most: () => 8, total: 32 });
    expect(await limitOf(limiter)).toBe(4);

    await run(limiter, 'answered', 4);
    expect(await limitOf(limiter)).toBe(5);
    await run(limiter, 'answered', 100);

    expect(await limitOf(limiter)).toBe(8);
  });

  test('halves when the host is overloaded, to one at least, and grows again', async () => {
    const limiter = hostLimiter({ most: () => 4, total: 32 });

    await run(limiter, 'overloaded');
    expect(await limitOf(limiter)).toBe(2);
    await run(limiter, 'overloaded', 5);
    expect(await limitOf(limiter)).toBe(1);
    await run(limiter, 'answered', 1 + 2 + 3);

    expect(await limitOf(limiter)).toBe(4);
  });

  test('halves once for all that were under way', async () => {
    const limiter = hostLimiter({ most: () => 4, total: 32 });
    const places = await Promise.all(Array.from({ length: 4 }, () => limiter.enter('host')));
    await vi.advanceTimersByTimeAsync(10);

    for (const place of places) place.settle('overloaded');
    for (const place of places) place[Symbol.dispose]();

    expect(await limitOf(limiter)).toBe(2);
  });
});

describe('F23: a hundred origins that drip', () => {
  test('make room for twenty good ones, and share eight places when they come again', async () => {
    const limiter = hostLimiter({ most: () => 4, total: 32 });
    const { entered, ask } = asker(limiter);
    const dripping = async (name: string): Promise<void> => {
      const place = await ask(name, 'drip');
      place.signal.addEventListener('abort', () => {
        place[Symbol.dispose]();
        void ask(name, 'drip again');
      });
    };
    for (let n = 0; n < 100; n += 1) void dripping(`drip-${n}`);
    for (let n = 0; n < 20; n += 1) void ask(`good-${n}`, 'good').then((place) => { setTimeout(() => place[Symbol.dispose](), 50); });
    const count = (name: string): number => entered.filter((each) => each === name).length;
    await tick();
    expect([count('drip'), count('good')]).toEqual([32, 0]);

    await vi.advanceTimersByTimeAsync(20_000);

    expect([count('drip'), count('good'), count('drip again')]).toEqual([100, 20, 8]);
    const later = ask('good-21', 'later');
    await tick();
    expect(entered.at(-1)).toBe('later');
    (await later)[Symbol.dispose]();
  });

  test('a large picture that arrives steadily keeps its place', async () => {
    const limiter = hostLimiter({ most: () => 4, total: 1 });
    using place = await limiter.enter('large');
    void limiter.enter('other');

    for (let n = 0; n < 20; n += 1) {
      place.received(10_000);
      await vi.advanceTimersByTimeAsync(1_000);
    }

    expect(place.signal.aborted).toBe(false);
  });
});
