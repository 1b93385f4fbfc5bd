import { expect, test } from 'vitest';
import sharp from 'sharp';
import { childDecoder } from '../src/index.ts';
import { mutated } from './mutations.ts';
import { formats } from './pictures.ts';

for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
  test(`D07: of 2,000 damaged ${format} files each gives a picture or a typed error, and none hangs`, { timeout: 300_000 }, async () => {
    const decoder = childDecoder();
    const whole = await sharp(await formats[format]()).resize(48).toBuffer();
    const counts: Record<string, number> = {};
    let slowest = 0;
    let seed = 0;
    const work = async (): Promise<void> => {
      while (seed < 2_000) {
        seed += 1;
        const startedAt = performance.now();
        const code = await decoder.decode(mutated(whole, seed), []).then(() => 'decoded', (error: { code: string }) => error.code);
        slowest = Math.max(slowest, performance.now() - startedAt);
        counts[code] = (counts[code] ?? 0) + 1;
      }
    };

    await Promise.all([work(), work()]);
    await decoder.close();

    process.stdout.write(`${JSON.stringify(counts)}, slowest ${slowest.toFixed(0)} ms\n`);
    expect(Object.keys(counts).filter((code) => !/^(decoded|IMAGE_(TYPE|TRUNCATED|CORRUPT|PIXELS|FRAMES))$/.test(code))).toEqual([]);
    expect(slowest).toBeLessThan(10_000);
  });
}
