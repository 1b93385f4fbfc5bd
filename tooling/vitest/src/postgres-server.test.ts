import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findPrograms } from './postgres-programs.ts';

const server = path.join(import.meta.dirname, 'postgres-server.ts');

function isListening(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}

test('a server ends with the process that started it, even when that is killed', async () => {
  const program = `const { startPostgres } = await import(${JSON.stringify(server)}); const { url } = await startPostgres(); console.log(url); setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(starter.stdout.setEncoding('utf8'), 'data')) as [string];
  const before = await isListening(url);

  starter.kill('SIGKILL');
  for (let waitedMs = 0; waitedMs < 5_000 && (await isListening(url)); waitedMs += 50) await sleep(50);

  expect(before).toBe(true);
  expect(await isListening(url)).toBe(false);
});

test('a PostgreSQL that is not there is an error, not a silence', () => {
  expect(() => findPrograms('13')).toThrow('Expected PostgreSQL 13 for the tests, found none');
  expect(() => findPrograms('/nowhere/bin')).toThrow('found no "postgres" there');
});
