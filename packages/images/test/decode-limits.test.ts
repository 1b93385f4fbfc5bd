import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { deflateSync } from 'node:zlib';
import { memoryBackend } from '@1688/storage';
import { beforeAll, describe, expect, test } from 'vitest';
import { childDecoder, defaultRecipes, inlineDecoder, openImageStore, type ChildDecoderOptions, type Decoder } from '../src/index.ts';
import { animation, blankPng, blankRgbPng, png, progressiveJpeg, resizedJpeg } from './hostile-pictures.ts';
import { picture } from './pictures.ts';

let bomb: Buffer;
let wide: Buffer;
let heavy: Buffer;
let large: Buffer;
let small: Buffer;
beforeAll(async () => {
  [bomb, wide, heavy] = [blankPng(16_000, 16_000), await blankRgbPng(12_000, 12_000), await progressiveJpeg(7_000, 7_000)];
  large = await picture().resize(2_500, 2_500, { fit: 'fill' }).png({ compressionLevel: 1 }).toBuffer();
  small = await picture().jpeg().toBuffer();
});

function open(options: ChildDecoderOptions = {}): Decoder & AsyncDisposable {
  const decoder = childDecoder(options);
  return { ...decoder, [Symbol.asyncDispose]: () => decoder.close() };
}

/** Processes that decode for this one. */
function children(): number[] {
  const task = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  return task === '' ? [] : task.split(' ').map(Number).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('decoder-child'));
}

function memoryOf(pid: number | 'self'): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has ended
  }
}

function codeOf(decoder: Decoder, bytes: Uint8Array): Promise<string> {
  return decoder.decode(bytes, defaultRecipes).then(() => 'decoded', (error: { code: string }) => error.code);
}

describe('pixels', () => {
  test('D01: 256 million pixels in 31 kB are refused without a decoder, without memory and for good', async () => {
    await using decoder = open();
    const before = memoryOf('self');

    const code = await codeOf(decoder, bomb);

    expect(bomb.length).toBeLessThan(32_000);
    expect({ code, children: children().length }).toEqual({ code: 'IMAGE_PIXELS', children: 0 });
    expect(memoryOf('self') - before).toBeLessThan(5_000_000);
    await expect(inlineDecoder().decode(bomb, [])).rejects.toMatchObject({ code: 'IMAGE_PIXELS', retryable: false });
  });

  test('D02: 12,000 by 12,000 colour pixels are refused', async () => {
    expect(wide.length).toBeLessThan(500_000);
    expect(await codeOf(inlineDecoder(), wide)).toBe('IMAGE_PIXELS');
  });

  test('D03: sizes that the data does not bear out are refused', async () => {
    const rows = deflateSync(Buffer.alloc((20_000 / 8 + 1) * 2));
    const cases: [Buffer, string][] = [
      [png({ widthPx: 20_000, heightPx: 20_000, bitDepth: 1, colourType: 0 }, rows), 'IMAGE_PIXELS'],
      [png({ widthPx: 5_000, heightPx: 5_000, bitDepth: 1, colourType: 0 }, rows), 'IMAGE_CORRUPT|IMAGE_TRUNCATED'],
      [blankPng(65_535, 1), 'IMAGE_PIXELS'],
      [blankPng(1, 65_535), 'IMAGE_PIXELS'],
      [resizedJpeg(small, 65_535, 1), 'IMAGE_PIXELS'],
      [png({ widthPx: 0, heightPx: 0, bitDepth: 1, colourType: 0 }, rows), 'IMAGE_CORRUPT'],
      [resizedJpeg(small, 0, 0), 'IMAGE_CORRUPT'],
      [resizedJpeg(small, 3_000, 3_000), 'IMAGE_CORRUPT|IMAGE_TRUNCATED'],
      [png({ widthPx: 0xff_ff_ff_ff, heightPx: 0xff_ff_ff_fe, bitDepth: 8, colourType: 2 }, rows), 'IMAGE_PIXELS'],
    ];

    for (const [bytes, code] of cases) expect(await codeOf(inlineDecoder(), bytes)).toMatch(new RegExp(`^(${code})$`));
  });

  test('D04: a progressive JPEG of 49 million pixels is decoded within 256 MB, and two of them in turn', async () => {
    await using decoder = open();
    await Promise.all([decoder.decode(small, []), decoder.decode(await picture().png().toBuffer(), [])]);
    const total = (): number => children().reduce((sum, pid) => sum + memoryOf(pid), 0);
    const before = total();
    let peak = 0;
    const watch = setInterval(() => { peak = Math.max(peak, total()); }, 20);

    const images = await Promise.all([decoder.decode(heavy, defaultRecipes), decoder.decode(heavy, defaultRecipes)]);
    clearInterval(watch);

    expect(images).toMatchObject([{ widthPx: 7_000, variants: [{ widthPx: 400 }, { widthPx: 1_200 }] }, { widthPx: 7_000 }]);
    expect((peak - before) / 1_048_576).toBeLessThan(256);
  });

  test('D04: what would need more memory than that is refused by its header', async () => {
    const grey = await picture({ widthPx: 16, heightPx: 16 }).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer();

    await expect(inlineDecoder().decode(resizedJpeg(grey, 7_000, 7_000), [])).rejects.toMatchObject({ code: 'IMAGE_PIXELS', message: expect.stringContaining('memory') });
  });

  test('D16: eight of the worst at once disturb neither memory nor this process', { timeout: 180_000 }, async () => {
    await using decoder = open();
    const gif = await animation('gif', 200, 64);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const before = memoryOf('self');
    let peak = 0;
    const watch = setInterval(() => { peak = Math.max(peak, memoryOf('self') - before + children().reduce((sum, pid) => sum + memoryOf(pid), 0)); }, 20);
    delay.enable();

    const codes = await Promise.all([bomb, wide, heavy, gif, bomb, heavy, wide, gif].map((bytes) => codeOf(decoder, bytes)));
    delay.disable();
    clearInterval(watch);

    expect(codes).toEqual(['IMAGE_PIXELS', 'IMAGE_PIXELS', 'decoded', 'decoded', 'IMAGE_PIXELS', 'decoded', 'IMAGE_PIXELS', 'decoded']);
    expect(peak / 1_048_576).toBeLessThan(512);
    expect(delay.percentile(99) / 1e6).toBeLessThan(50);
  });
});

describe('frames', () => {
  test('D05: of an animation the first frame is shown, however many follow', async () => {
    for (const [format, count] of [['gif', 40], ['gif', 2_000], ['webp', 40]] as const) {
      const image = await inlineDecoder().decode(await animation(format, count), defaultRecipes);

      expect(image, `${format} ${count}`).toMatchObject({ format, frames: count, widthPx: 16, heightPx: 16, variants: [{ heightPx: 16 }, { heightPx: 16 }] });
    }
  });

  test('D05: more frames than allowed are refused', async () => {
    await expect(inlineDecoder({ maxFrames: 39 }).decode(await animation('gif', 40), [])).rejects.toMatchObject({ code: 'IMAGE_FRAMES', retryable: false });
  });
});

describe('a decoder', () => {
  test('D14: that is stuck is ended, and the next picture is decoded; a second time is the last', { timeout: 180_000 }, async () => {
    await using decoder = open({ children: 1, timeoutMs: 1 });
    const next = await picture({ seed: 3 }).jpeg().toBuffer();
    for (const retryable of [true, false]) {
      await decoder.decode(next, []);
      process.kill(children()[0] ?? 0, 'SIGSTOP');
      await expect(decoder.decode(small, [])).rejects.toMatchObject({ code: 'IMAGE_TIMEOUT', retryable });
    }

    const idle = children();
    await expect(decoder.decode(small, [])).rejects.toMatchObject({ code: 'IMAGE_TIMEOUT', retryable: false });
    expect(children()).toEqual(idle);
    expect(await decoder.decode(next, [])).toMatchObject({ widthPx: 320 });
  });

  for (const signal of ['SIGSEGV', 'SIGKILL'] as const) {
    test(`D15: that ends with ${signal} is replaced; the picture that did it twice is not tried again`, async () => {
      await using decoder = open({ children: 1 });
      for (const retryable of [true, false]) {
        await decoder.decode(small, []);
        const working = decoder.decode(large, defaultRecipes);
        process.kill(children()[0] ?? 0, signal);
        await expect(working).rejects.toMatchObject({ code: 'IMAGE_CRASH', retryable });
      }

      await expect(decoder.decode(large, defaultRecipes)).rejects.toMatchObject({ code: 'IMAGE_CRASH', retryable: false, hint: expect.stringContaining('2 decoders') });
      expect(await decoder.decode(small, [])).toMatchObject({ widthPx: 320 });
    });
  }

  test('D15: that gets no more memory fails alone', async () => {
    await using decoder = open({ children: 1 });
    await decoder.decode(small, []);
    const [pid = 0] = children();
    execFileSync('prlimit', ['--pid', String(pid), `--as=${Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024 + 8_000_000}`]);

    await expect(decoder.decode(heavy, defaultRecipes)).rejects.toMatchObject({ code: expect.stringMatching(/^IMAGE_(CRASH|CORRUPT)$/) });
    expect(await decoder.decode(small, [])).toMatchObject({ widthPx: 320 });
  });

  test('D15: that takes more memory than it may ends itself', async () => {
    await using decoder = open({ children: 1, maxMemoryBytes: 130_000_000 });

    await expect(decoder.decode(heavy, defaultRecipes)).rejects.toMatchObject({ code: 'IMAGE_CRASH', message: expect.stringContaining('too little memory') });
    expect(await decoder.decode(small, [])).toMatchObject({ widthPx: 320 });
  });
});

describe('sizes', () => {
  test('D17: only sizes that were named beforehand are made, and few of them', async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => ({ name: `size-${n}`, widthPx: n + 1, heightPx: n + 1 }));
    const refused = [...[0, -1, 1e9, Number.NaN, 1.5].map((widthPx) => [{ name: 'a', widthPx, heightPx: 10 }]), many];
    for (const recipes of refused) {
      await expect(inlineDecoder().decode(small, recipes)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
      await expect(openImageStore({ storage: memoryBackend(), variants: recipes })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    }

    await using images = await openImageStore({ storage: memoryBackend() });
    const image = await images.add(small);
    for (const size of ['0x0', '100x100', '../original', '']) expect(() => images.url(image, size)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
