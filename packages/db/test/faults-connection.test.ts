import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { tcpProxy, testDatabase, testServerUrl } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { health, openDatabase, transaction, withClient, type Connection } from '../src/index.ts';
import { expectClean } from './fixtures/clean.ts';

async function add(db: Connection, sourceId: string): Promise<void> {
  await db.knex.withSchema(db.schema).table('suppliers').insert({ source_id: sourceId });
}

function names(db: Connection): Promise<string[]> {
  return db.knex.withSchema(db.schema).table('suppliers').orderBy('source_id').pluck('source_id') as unknown as Promise<string[]>;
}

/** Looks for what the transaction wrote, and waits for one that still has it locked. */
function committed(sourceId: string): (db: Connection) => Promise<boolean> {
  return async (db) => {
    const rows = await db.knex.withSchema(db.schema).table('suppliers').where({ source_id: sourceId }).forUpdate().select('id') as unknown[];
    return rows.length === 1;
  };
}

async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value | 'still waiting'> {
  return Promise.race([work, sleep(limitMs, 'still waiting' as const)]);
}

describe('Q01: a server that cannot be used', () => {
  test('TLS that the server lacks is told with what to set, and prefer goes on without', async () => {
    await expect(openDatabase(testServerUrl(), { sslMode: 'require' })).rejects.toMatchObject({ code: 'DB_UNAVAILABLE', retryable: false, hint: expect.stringContaining('DB_SSLMODE') });

    await using db = await openDatabase(testServerUrl(), { sslMode: 'prefer' });

    await expect(health(db)).resolves.toMatchObject({ readOnly: false });
  });

  test('a wrong password is DB_AUTH and is not repeated', async () => {
    const url = new URL(testServerUrl());
    url.password = 'geheim-geheim';

    const failure = await openDatabase(url.href).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'DB_AUTH', retryable: false });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('geheim');
  });

  test('a server that is too old is DB_VERSION', async () => {
    await using database = await testDatabase();
    const { rows } = await database.db.knex.raw<{ rows: { server_version_num: string }[] }>('show server_version_num');
    const number = rows[0]?.server_version_num ?? '';
    await using proxy = await tcpProxy(database.url, {
      decide: (piece, direction) => {
        const at = direction === 'to client' ? piece.indexOf(number) : -1;
        if (at >= 0) piece.write('130021', at);
        return 'pass';
      },
    });

    await expect(openDatabase(proxy.url)).rejects.toMatchObject({ code: 'DB_VERSION', retryable: false });
  });

  test('something that is no PostgreSQL is DB_UNAVAILABLE, soon', async () => {
    const web = createServer((_, reply) => void reply.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => web.once('listening', resolve));
    const { port } = web.address() as { port: number };

    const failure = await openDatabase(`postgres://a@127.0.0.1:${port}/a`, { connectTimeoutMs: 1_000 }).catch((error: unknown) => error);
    web.closeAllConnections();
    web.close();

    expect(failure).toMatchObject({ code: 'DB_UNAVAILABLE' });
  });
});

describe.concurrent('Q04, Q06, Q07: a network that breaks', () => {
  test('a commit whose answer is lost is not done twice: what it wrote is looked for', async () => {
    await using database = await testDatabase();
    let losses = 0;
    await using proxy = await tcpProxy(database.url);
    await using db = await openDatabase(proxy.url);
    let runs = 0;
    proxy.faults.decide = (piece, direction) => (direction === 'to client' && piece.includes('COMMIT') && losses++ === 0 ? 'cut' : 'pass');

    const value = await transaction(db, async (trx) => { runs += 1; await add(trx, 'once'); return 'done'; }, { committed: committed('once'), reconnectMs: 10_000 });

    expect({ value, runs, losses }).toEqual({ value: 'done', runs: 1, losses: 1 });
    expect(await names(database.db)).toEqual(['once']);
    await expectClean(db);
  });

  test('a commit that never reached the server is done by a second run', async () => {
    await using database = await testDatabase();
    let losses = 0;
    await using proxy = await tcpProxy(database.url);
    await using db = await openDatabase(proxy.url);
    let runs = 0;
    proxy.faults.decide = (piece, direction) => (direction === 'to server' && piece.includes('COMMIT') && losses++ === 0 ? 'cut' : 'pass');

    await transaction(db, async (trx) => { runs += 1; await add(trx, 'once'); }, { committed: committed('once'), reconnectMs: 10_000 });

    expect({ runs, losses }).toEqual({ runs: 2, losses: 2 });
    expect(await names(database.db)).toEqual(['once']);
  });

  test('without a way to look, a lost answer to the commit is thrown as an unknown outcome', async () => {
    await using database = await testDatabase();
    await using proxy = await tcpProxy(database.url);
    await using db = await openDatabase(proxy.url);
    proxy.faults.decide = (piece, direction) => (direction === 'to client' && piece.includes('COMMIT') ? 'cut' : 'pass');

    const work = transaction(db, (trx) => add(trx, 'once'), { reconnectMs: 10_000 });

    await expect(work).rejects.toMatchObject({ code: 'DB_CONNECTION_LOST', retryable: true, details: { outcome: 'unknown' } });
    expect(await names(database.db)).toEqual(['once']);
  });

  test('a network that falls silent is DB_TIMEOUT two seconds after the limit of a statement, and the pool heals', async () => {
    await using database = await testDatabase();
    await using proxy = await tcpProxy(database.url);
    await using db = await openDatabase(proxy.url, { statementTimeoutMs: 500, connectTimeoutMs: 2_000 });
    await health(db);
    proxy.faults.silent = true;

    const started = performance.now();
    const failures = await Promise.all([
      health(db).catch((error: unknown) => error),
      transaction(db, (trx) => add(trx, 'a')).catch((error: unknown) => error),
      withClient(db, (client) => client.query('select 1')).catch((error: unknown) => error),
    ]);
    const elapsedMs = performance.now() - started;
    proxy.faults.silent = false;
    proxy.cutAll();

    for (const failure of failures) expect(failure).toMatchObject({ code: expect.stringMatching(/^DB_(TIMEOUT|UNAVAILABLE)$/), retryable: true });
    expect(elapsedMs).toBeLessThan(4_000);
    await expect(health(db)).resolves.toMatchObject({ pool: { used: 0 } });
    await expectClean(db);
  }, 180_000);

  test('silence in the middle of a transaction is told within the limit, though the rollback cannot be sent either', async () => {
    await using database = await testDatabase();
    await using proxy = await tcpProxy(database.url);
    await using db = await openDatabase(proxy.url, { statementTimeoutMs: 300 });
    await health(db);
    const started = performance.now();

    const work = transaction(db, async (trx) => { await add(trx, 'half'); proxy.faults.silent = true; await add(trx, 'other half'); });

    await expect(work).rejects.toMatchObject({ code: 'DB_TIMEOUT', retryable: true });
    expect(performance.now() - started).toBeLessThan(3_500);
    proxy.faults.silent = false;
    expect((await health(db)).pool.used).toBe(0);
    expect(await names(database.db)).toEqual([]);
  });

  test('a network that falls silent just after it let us in does not keep the opening for ever', async () => {
    await using proxy = await tcpProxy(testServerUrl(), { decide: (piece, direction) => (direction === 'to server' && piece.includes('server_version_num') ? 'hold' : 'pass') });

    const opening = openDatabase(proxy.url, { connectTimeoutMs: 500 }).catch((error: unknown) => error);

    expect(await within(5_000, opening)).toMatchObject({ code: 'DB_UNAVAILABLE', retryable: true });
  });

  test('a slow network that hands on single bytes changes nothing', async () => {
    await using database = await testDatabase();
    await using proxy = await tcpProxy(database.url, { sliceBytes: 1 });
    await using db = await openDatabase(proxy.url);

    await transaction(db, (trx) => add(trx, '供应商'));
    proxy.faults.sliceBytes = Infinity;
    proxy.faults.delayMs = 200;

    expect(await names(db)).toEqual(['供应商']);
  });

  test('a connection cut or held at any byte is a typed failure or a success, never a hang, and rows are there all or not', async () => {
    await using database = await testDatabase();
    await using proxy = await tcpProxy(database.url);
    const outcomes: string[] = [];

    for (let round = 0; round < 16; round += 1) {
      proxy.faults.decide = () => 'pass';
      await using db = await openDatabase(proxy.url, { statementTimeoutMs: 200, connectTimeoutMs: 500 });
      const limit = (round * 137) % 1_100;
      proxy.faults.decide = (_, direction, passed) => (direction === ['to server', 'to client'][round % 2] && passed >= limit ? (round % 8 === 5 ? 'hold' : 'cut') : 'pass');
      const work = transaction(db, async (trx) => { await add(trx, `${round} a`); await add(trx, `${round} b`); }).then(() => 'OK', (error: { code: string }) => error.code);
      outcomes.push(await within(10_000, work));
    }

    expect(outcomes).not.toContain('still waiting');
    for (const each of outcomes) expect(each).toMatch(/^(OK|DB_(CONNECTION_LOST|TIMEOUT|UNAVAILABLE|POOL_TIMEOUT))$/);
    const stored = await names(database.db);
    expect(stored.filter((name) => name.endsWith('a')).length).toBe(stored.filter((name) => name.endsWith('b')).length);
  }, 180_000);
});
