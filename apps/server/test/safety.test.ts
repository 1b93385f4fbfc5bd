import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aServer, fillStore, type TestServer } from './a-server.ts';

interface Ended { state: string; result: Record<string, unknown>; error: unknown }
let store: TestServer;
beforeAll(async () => {
  store = await aServer({ jobs: 2 });
  await fillStore(store.mirror, { moved: false });
});
afterAll(() => store[Symbol.asyncDispose]());

async function worked(address: string, body: unknown): Promise<Ended> {
  const started = await store.post(`/api/v1${address}`, body);
  expect(started.status).toBe(202);
  const { id } = await started.json() as { id: string };
  for (;;) {
    const job = await store.json<Ended & { state: string }>(`/api/v1/jobs/${id}`);
    if (job.state !== 'queued' && job.state !== 'running') return job;
    await sleep(50);
  }
}
const titleNow = async (): Promise<unknown> => (await store.json<{ title: string }>('/api/v1/products/610947572360')).title;

test('a backup is made, read whole, loaded beside, compared, switched in and undone', async () => {
  await worked('/backups', { name: 'before-sale' });
  const verified = await worked('/backups/before-sale/verify', { level: 'read' });
  const health = await store.json<Record<string, unknown>>('/api/v1/backup-health');
  await store.mirror.db.knex.raw(`update sync1688.products set title = '改名的连衣裙' where source_id = '610947572360'`);
  const { result } = await worked('/restores', { backup: 'before-sale' });
  const id = String(result['id']);
  const beside = await titleNow();
  const rows = await store.json<{ rows: unknown[] }>(`/api/v1/restores/${id}/rows?table=products`);
  const switched = await (await store.post(`/api/v1/restores/${id}/switch`, {})).json() as { safetyBackup: string };
  const restored = await titleNow();
  const [standing] = (await store.json<{ items: { state: string }[] }>('/api/v1/restores')).items;
  const undone = await (await store.post(`/api/v1/restores/${id}/undo`)).json();

  expect(verified).toMatchObject({ state: 'completed', result: { ok: true, level: 'read', damaged: [] } });
  expect(health).toMatchObject({ lastComplete: { name: 'before-sale' }, lastVerified: { name: 'before-sale' }, stale: [] });
  expect(beside).toBe('改名的连衣裙');
  expect(rows.rows).toMatchObject([{ table: 'products', kind: 'changed', columns: expect.arrayContaining(['title']) }]);
  expect(switched.safetyBackup).toMatch(/^before-/);
  expect(restored).toBe('夏季新款雪纺连衣裙女');
  expect(standing).toMatchObject({ id, state: 'applied' });
  expect([undone, await titleNow()]).toEqual([{ id, action: 'undone' }, '改名的连衣裙']);
});

test('who may only look is refused a restore, also to see what stands beside', async () => {
  const asked = await store.ask('/api/v1/restores', { headers: { authorization: `Bearer ${store.viewer}` } });
  const switched = await store.post('/api/v1/restores/0a1b2c3d/switch', {}, { authorization: `Bearer ${store.viewer}` });

  expect([asked.status, switched.status]).toEqual([403, 403]);
});

test('a backup or restore that does not exist is told at once, not by a job that fails', async () => {
  const replies = await Promise.all([store.post('/api/v1/restores', { backup: 'none' }), store.post('/api/v1/backups/none/verify', {}), store.post('/api/v1/restores/0a1b2c3d/undo')]);

  expect(replies.map((reply) => reply.status)).toEqual([404, 404, 404]);
});

test('what a run changed is counted, paged, and taken back after a dry run', async () => {
  const file = '{"entity":"product","offerId":"610947572361","title":"法式碎花裙 新","priceMinCny":"49.90","priceMaxCny":"49.90"}\n';
  const { id: uploadId } = await (await store.ask('/api/v1/uploads?name=new.jsonl', { method: 'POST', body: file })).json() as { id: string };
  const { result } = await worked('/imports', { uploadId });
  const run = (result['syncRecord'] as { id: string }).id;
  const changes = await store.json<{ items: unknown[]; nextSince: string }>(`/api/v1/sync-records/${run}/changes?limit=1`);
  const rest = await store.json<{ items: unknown[] }>(`/api/v1/sync-records/${run}/changes?since=${changes.nextSince}`);
  const dry = await worked(`/sync-records/${run}/revert`, { dryRun: true });
  const between = await store.json<{ title: string }>('/api/v1/products/610947572361');
  const applied = await worked(`/sync-records/${run}/revert`, {});
  const after = await store.json<{ title: string; priceMinCny: string }>('/api/v1/products/610947572361');
  const { revertedBy } = await store.json<{ revertedBy: string }>(`/api/v1/sync-records/${run}/changes`);

  expect(changes).toMatchObject({ runId: run, revertedBy: null, kinds: { 'product updated': 1 }, items: [{ sourceId: '610947572361', kind: 'updated' }] });
  expect(rest.items).toEqual([]);
  expect(dry).toMatchObject({ state: 'completed', result: { syncRecord: null, products: 1 } });
  expect(between.title).toBe('法式碎花裙 新');
  expect(applied).toMatchObject({ state: 'completed', result: { products: 1 } });
  expect([after.title, after.priceMinCny]).toEqual(['法式碎花裙', '59.90']);
  expect(revertedBy).toBe((applied.result['syncRecord'] as { id: string }).id);
});

test('a watch is muted until a time and heard again; storage is counted by a job', async () => {
  await store.post('/api/v1/watches', { id: 'prices', filter: { priceDownPercent: 5 }, sink: { kind: 'stdout' } });
  const muted = await (await store.post('/api/v1/watches/prices/mute', { until: '2099-01-01T00:00:00Z' })).json();
  const [watch] = (await store.json<{ items: unknown[] }>('/api/v1/watches')).items;
  const heard = await (await store.post('/api/v1/watches/prices/mute', { until: null })).json();
  const driven = await (await store.post('/api/v1/watches/prices/redrive')).json();
  const counted = await worked('/storage-counts', {});

  expect([muted, heard, driven]).toEqual([{ id: 'prices', until: '2099-01-01T00:00:00.000Z' }, { id: 'prices', until: null }, { id: 'prices', alerts: 0 }]);
  expect(watch).toMatchObject({ id: 'prices', mutedUntil: '2099-01-01T00:00:00.000Z' });
  expect(counted).toMatchObject({ state: 'completed', result: { places: [{ objects: expect.any(Number) }, { objects: expect.any(Number) }] } });
});
