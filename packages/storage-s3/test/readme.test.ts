import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { storageContract } from '@1688/storage/contract';
import { memoryBackend } from '@1688/storage';
import { expect, test } from 'vitest';
import { keys, openDouble } from './s3-double.ts';

const root = path.resolve(import.meta.dirname, '..');

test('the program of the README does what it says with a bucket, and ends', async () => {
  await using double = await openDouble();
  const [, program = ''] = /^```ts\n([^]*?)^```$/m.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ?? [];
  const given = [`http://127.0.0.1:${double.port}`, keys.accessKeyId, keys.secretAccessKey];

  // An evaluated program has no path in front of its arguments.
  const { code, output } = await run(['--conditions=@1688/source', '--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', program, '--', 'program', ...given]);

  expect(code, output).toBe(0);
  expect(output).toMatch(/^6 [0-9a-f]{32} 你好$/m);
  expect(output.match(/^ok /gm)).toHaveLength(storageContract(memoryBackend()).length);
});

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
  return { code, output };
}
