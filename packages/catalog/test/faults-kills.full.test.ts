// needs: postgresql-15
import { execFileSync } from 'node:child_process';
import { startPostgres } from '@1688/vitest';
import { expect, test } from 'vitest';
import { databaseOn, importUnderKills, importWithoutKills } from './killed-server.ts';
import { fingerprint } from './records.ts';

const rounds = 50;

test('Q26: a server killed fifty times in the middle of an import loses nothing that was acknowledged, and its files are sound', async () => {
  await using server = await startPostgres({ postgres: '15', settings: ['full_page_writes=on', 'synchronous_commit=on'] });
  await using db = await databaseOn(server, 'killed');
  await using clean = await databaseOn(server, 'killed_clean');

  const { lines, inside } = await importUnderKills(server, db, { rounds, seed: 26 });
  process.stdout.write(`${lines.join('\n')}\n`);
  await db.knex.raw('vacuum'); // what stays unseen of broken off transactions is read, too
  const { hostname, port, username, password } = new URL(server.url);
  const report = execFileSync('/usr/lib/postgresql/15/bin/pg_amcheck',
    ['--install-missing', '--heapallindexed', '--parent-check', '-h', hostname, '-p', port, '-U', username, 'killed'], { encoding: 'utf8', env: { ...process.env, PGPASSWORD: password } });

  expect(inside).toBeGreaterThanOrEqual(rounds * 0.8);
  expect(report).toBe('');
  expect(await fingerprint(db) === await importWithoutKills(clean, rounds)).toBe(true);
}, 900_000);
