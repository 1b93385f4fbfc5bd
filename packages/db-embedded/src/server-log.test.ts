import { appendFile, mkdtemp, open, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isLogLarge, prepareLog, readLog, setLogAside } from './server-log.ts';

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), '1688sync-log-'));
  log = path.join(folder, 'logs', 'database.log');
});
afterEach(async () => { await rm(folder, { recursive: true }); });

test('a start reads its own lines only', async () => {
  expect(await prepareLog(log, null)).toBe(0);
  await appendFile(log, '旧的一行\n');

  const from = await prepareLog(log, null);
  await appendFile(log, 'FATAL:  new\n');

  expect(await readLog(log, from)).toBe('FATAL:  new\n');
  expect((await stat(log)).mode & 0o777).toBe(0o600);
});

test('a log that has grown large is set aside before a start', async () => {
  await prepareLog(log, null);
  await truncate(log, 10_000_000);

  expect(await prepareLog(log, null)).toBe(0);
  expect((await stat(`${log}.1`)).size).toBe(10_000_000);
});

test('a log that has grown large is set aside while the server appends to it', async () => {
  await prepareLog(log, null);
  const server = await open(log, 'a');
  await truncate(log, 10_000_000);
  expect(await isLogLarge(log)).toBe(true);

  await setLogAside(log);
  await server.write('goes on\n');
  await server.close();

  expect(await readFile(log, 'utf8')).toBe('goes on\n');
  expect((await stat(`${log}.1`)).size).toBe(10_000_000);
});
