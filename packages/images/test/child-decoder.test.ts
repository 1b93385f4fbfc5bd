import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { childDecoder, type Decoder } from '../src/index.ts';
import { defaultRecipes } from '../src/recipe.ts';
import { picture } from './pictures.ts';

interface OpenDecoder extends Decoder, AsyncDisposable {}

function open(options: Parameters<typeof childDecoder>[0] = {}): OpenDecoder {
  const decoder = childDecoder(options);
  return { ...decoder, [Symbol.asyncDispose]: () => decoder.close() };
}

/** Ids of the decoder processes that this process has started. */
function children(): number[] {
  const task = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  return task === '' ? [] : task.split(' ').map(Number).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('decoder-child'));
}

describe('childDecoder', () => {
  test('gives what the decoder in this process gives', async () => {
    await using decoder = open();
    const bytes = await picture().jpeg().toBuffer();

    const image = await decoder.decode(bytes, defaultRecipes);

    expect(image).toMatchObject({ format: 'jpeg', widthPx: 320, heightPx: 240, variants: [{ recipe: 'thumbnail' }, { recipe: 'compressed' }] });
    expect(Buffer.from(image.variants[0]?.bytes ?? []).subarray(8, 12).toString()).toBe('WEBP');
  });

  test('passes on why a picture was refused', async () => {
    await using decoder = open();

    await expect(decoder.decode(Buffer.from('<html>'), [])).rejects.toMatchObject({ name: 'SyncError', code: 'IMAGE_TYPE', retryable: false });
    await expect(decoder.decode((await picture().png().toBuffer()).subarray(0, 500), [])).rejects.toMatchObject({ code: 'IMAGE_TRUNCATED', retryable: true });
  });

  test('gives its children nothing of its environment', async () => {
    await using decoder = open({ children: 1 });
    await decoder.decode(await picture().jpeg().toBuffer(), []);

    expect(readFileSync(`/proc/${children()[0]}/environ`, 'utf8').split('\0').filter((line) => line !== '' && !line.startsWith('NODE_CHANNEL'))).toEqual(['MALLOC_ARENA_MAX=2']);
  });

  test('leaves no child after it was closed, and refuses work then', async () => {
    const decoder = childDecoder();
    const small = await picture().jpeg().toBuffer();
    await Promise.all([decoder.decode(small, []), decoder.decode(small, [])]);
    expect(children()).toHaveLength(2);

    await decoder.close();

    expect(children()).toHaveLength(0);
    await expect(decoder.decode(small, [])).rejects.toMatchObject({ name: 'SyncError' });
  });

  test('stops waiting when it is cancelled', async () => {
    await using decoder = open({ children: 1 });
    const controller = new AbortController();
    const work = decoder.decode(await picture().resize(2_000, 2_000, { fit: 'fill' }).png().toBuffer(), defaultRecipes, { signal: controller.signal });

    controller.abort();

    await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('does not keep a program running that is done, and goes with one that is killed', { timeout: 180_000 }, async () => {
    const program = path.join(import.meta.dirname, 'decode-and-end.ts');
    const run = (how: string): ChildProcess => spawn(process.execPath, ['--conditions=@1688/source', program, how], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(execFileSync(process.execPath, ['--conditions=@1688/source', program, 'end'], { encoding: 'utf8', timeout: 60_000 })).toMatch(/^\d+\n$/);

    const killed = run('stay');
    const [output] = (await once(killed.stdout as NodeJS.EventEmitter, 'data')) as [Buffer];
    killed.kill('SIGKILL');

    await expect.poll(() => isRunning(Number(output.toString())), { timeout: 30_000 }).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false; // no such process
  }
}
