import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { collectBytes, fileBackend, sweepTemporary } from '../src/index.ts';

/** Kills a writer again and again in one store; after each kill every object is whole and all that was acknowledged is there. */
export async function killWriters(rounds: number, delayMs: (round: number) => number): Promise<void> {
  const root = await mkdtemp(path.join(tmpdir(), 'killed-'));
  for (let round = 0; round < rounds; round += 1) {
    const acknowledged = await runAndKill(root, delayMs(round));
    const backend = fileBackend(root);

    for await (const { key, sizeBytes } of backend.list('')) {
      const bytes = await collectBytes((await backend.get(key)).body);
      expect(bytes.length).toBe(sizeBytes);
      expect(new Set(bytes).size, `${key} is mixed`).toBe(1);
      if (key.startsWith('new/')) expect(sizeBytes).toBe(200_000);
    }
    for (let n = 0; n <= acknowledged; n += 1) expect(await backend.head(`new/${n}`), `new/${n} was acknowledged`).not.toBeNull();
    await sweepTemporary(root);
    expect(await readdir(path.join(root, '.tmp'))).toEqual([]);
    await rm(path.join(root, 'new'), { recursive: true });
  }
  await rm(root, { recursive: true });
}

/** @returns the last number the writer printed */
async function runAndKill(root: string, delayMs: number): Promise<number> {
  const writer = spawn(process.execPath, ['--conditions=@1688/source', path.join(import.meta.dirname, 'killed-writer.ts'), root], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  writer.stdout.on('data', (chunk: Buffer) => { printed += chunk.toString(); });
  while (printed.split('\n').length < 4) await once(writer.stdout, 'data');
  await new Promise((resolve) => { setTimeout(resolve, delayMs); });
  writer.kill('SIGKILL');
  await once(writer, 'close');
  return Number(printed.trimEnd().split('\n').at(-1));
}
