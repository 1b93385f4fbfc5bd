import { expect, test } from 'vitest';
import { toEngineError, toFileError } from './engine-error.ts';

test.each([
  ['FATAL:  could not write to file "pg_wal/xlogtemp.29": No space left on device', 'DB_STORAGE_FULL'],
  ['FATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes at block 10', 'DB_STORAGE_FULL'],
  ['FATAL:  could not create shared memory segment: No space left on device', 'DB_UNAVAILABLE'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'LOCKED'],
  ['FATAL:  data directory "/srv/db/data" has wrong ownership', 'DB_UNSAFE_DIRECTORY'],
  ['PANIC:  could not locate a valid checkpoint record at 0/1529B48', 'DB_CORRUPT'],
  ['postgres: could not find the database system\nbut could not open file "/srv/db/data/global/pg_control": No such file or directory', 'DB_CORRUPT'],
  ['/opt/bin/postgres: error while loading shared libraries: libicuuc.so.60: cannot open shared object file', 'DB_ENGINE_MISSING'],
  ['initdb: error: could not look up effective user ID 4242: user does not exist', 'DB_UNAVAILABLE'],
  ['FATAL:  unrecognized configuration parameter "colour"', 'DB_UNAVAILABLE'],
])('%s is %s, in the server\'s own words', (said, code) => {
  const error = toEngineError(new Error(`LOG:  starting\n${said}\nLOG:  database system is shut down`), '/srv/db/data');

  expect(error).toMatchObject({ code, message: expect.stringContaining(said.split('\n').at(-1) ?? ''), hint: expect.any(String) });
});

test('what recovery says in passing is no damage', () => {
  const log = 'PANIC:  cannot abort transaction 1\nLOG:  invalid record length at 0/1529B80: expected at least 24, got 0\nFATAL:  could not write to file "x": No space left on device';

  expect(toEngineError(new Error(log), '/srv/db/data').code).toBe('DB_STORAGE_FULL');
});

test.each([['ENOSPC', 'DB_STORAGE_FULL'], ['EACCES', 'DB_UNSAFE_DIRECTORY'], ['EROFS', 'DB_UNSAFE_DIRECTORY']])('a file that fails with %s is %s', async (code, expected) => {
  const cause = Object.assign(new Error('x'), { code, path: '/srv/db/users' });

  expect(await toFileError(cause, '/srv/db')).toMatchObject({ code: expected, message: expect.stringContaining('/srv/db/users'), cause });
});
