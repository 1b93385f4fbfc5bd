import { readdirSync } from 'node:fs';
import path from 'node:path';
import { checkRebuild } from '@1688/catalog';
import { testDatabase } from '@1688/vitest';
import { test } from 'vitest';
import { documentMapper } from '../src/flows/explain.ts';
import { importShuffled, recordsOfFiles } from './shuffled-writers.ts';
const fixtures = path.join(import.meta.dirname, '../../sources/test/fixtures');
test('x', async () => {
  for (const [seed, writers] of Array.from({ length: 16 }, (_, i) => [i % 3 === 0 ? 1688 : i, 8] as const)) {
    await using database = await testDatabase();
    await importShuffled(database.db, await recordsOfFiles(readdirSync(fixtures).filter((n) => !n.startsWith('export')).map((name) => path.join(fixtures, name))), { seed, writers });
    const check = await checkRebuild(database.db, { mapper: documentMapper({}) });
    console.log(seed, writers, check.differenceCount); if (check.differenceCount === 0) continue;
    console.log(seed, writers, JSON.stringify(check, null, 1));
    const r = await database.db.knex.raw(`select p.id, p.source_id, p.kind, p.profile, p.observed_at, t.id as tid, t.observed_at as tat from sync1688.payloads p left join sync1688.payload_tellings t on t.payload_id = p.id where p.source_id in ('610000000009','610000000010') order by p.id`);
    console.log(r.rows.map((x: object) => JSON.stringify(x)).join('\n'));
    const q = await database.db.knex.raw(`select id, source_id, joined_into, name from sync1688.suppliers`);
    console.log(q.rows.map((x: object) => JSON.stringify(x)).join('\n'));
    const c = await database.db.knex.raw(`select seq, entity, source_id, kind, fields, sync_record_id from sync1688.changes where source_id in ('2200000000005','BBBexampleOpenId-01') or jsonb_exists(fields, 'supplier') order by seq`);
    console.log(c.rows.map((x: object) => JSON.stringify(x).slice(0, 300)).join('\n'));
  }
}, 100000);
