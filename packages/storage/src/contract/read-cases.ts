import { strict as assert } from 'node:assert';
import { collectBytes } from '../body.ts';
import { bytesUnder, pattern, rejectsWith, streamOf, type Trials } from './contract-case.ts';

/** Promises of `get`, `head`, `signedUrl`, `publicUrl` and of the capabilities. */
export const readTrials: Trials = {
  async 'name and capabilities are data'({ backend }) {
    assert.ok(backend.name.length > 0);
    const { maxObjectBytes, ...flags } = backend.capabilities;
    assert.ok(maxObjectBytes === null || (Number.isSafeInteger(maxObjectBytes) && maxObjectBytes > 0));
    assert.deepEqual(Object.keys(flags).toSorted(), ['atomicPut', 'checksumOnWrite', 'conditionalPut', 'copy', 'range', 'signedUrl']);
    for (const [name, value] of Object.entries(flags)) assert.equal(typeof value, 'boolean', name);
  },
  async 'a get tells the facts along with the body'({ backend, key }) {
    await backend.put(key('facts'), 'four');
    const { object, body } = await backend.get(key('facts'));
    assert.deepEqual([object.key, object.sizeBytes], [key('facts'), 4]);
    assert.equal(Buffer.from(await collectBytes(body)).toString(), 'four');
  },
  async 'a get of what is absent throws STORAGE_OBJECT_MISSING'({ backend, key }) {
    await backend.put(key('folder/object'), 'x');
    for (const name of ['absent', 'folder', 'folder/object/below', 'folder/obj']) {
      await rejectsWith('STORAGE_OBJECT_MISSING', async () => collectBytes((await backend.get(key(name))).body), `get ${name}`);
    }
  },
  async 'head tells the facts, or null for what is absent'({ backend, key }) {
    const stored = await backend.put(key('folder/object'), 'four');
    const found = await backend.head(key('folder/object'));
    assert.deepEqual([found?.key, found?.sizeBytes, found?.etag], [stored.key, 4, stored.etag]);
    assert.ok(found?.modifiedAt instanceof Date);
    for (const name of ['absent', 'folder', 'folder/object/below', 'folder/obj']) assert.equal(await backend.head(key(name)), null, name);
  },
  async 'a range gives the bytes from start to end, both included'({ backend, key }) {
    const bytes = pattern(300_000);
    await backend.put(key('range'), bytes);
    if (!backend.capabilities.range) return rejectsWith('STORAGE_UNSUPPORTED', () => backend.get(key('range'), { range: { start: 0 } }), 'a range');
    const cases = [{ start: 0, end: 0 }, { start: 10, end: 19 }, { start: 1, end: 250_000 }, { start: 299_999 }, { start: 299_990, end: 400_000 }, { start: 0 }];
    for (const range of cases) {
      const { object, body } = await backend.get(key('range'), { range });
      assert.equal(object.sizeBytes, 300_000, 'the facts are those of the whole object');
      assert.ok(bytes.subarray(range.start, (range.end ?? Infinity) + 1).equals(await collectBytes(body)), JSON.stringify(range));
    }
  },
  async 'a range outside the object is refused'({ backend, key }) {
    if (!backend.capabilities.range) return;
    await backend.put(key('short'), 'four');
    await backend.put(key('empty'), '');
    for (const range of [{ start: 4 }, { start: 2, end: 1 }, { start: -1 }, { start: 0.5 }]) {
      await rejectsWith('ARGUMENT_INVALID', () => backend.get(key('short'), { range }), JSON.stringify(range));
    }
    await rejectsWith('ARGUMENT_INVALID', () => backend.get(key('empty'), { range: { start: 0 } }), 'a range of no bytes');
  },
  async 'a body that is broken off or never read disturbs nothing'(place) {
    const { backend, key } = place;
    await backend.put(key('large'), pattern(2_000_000));
    for (let turn = 0; turn < 5; turn += 1) {
      for await (const chunk of (await backend.get(key('large'))).body) {
        assert.ok(chunk.length > 0);
        break;
      }
      await backend.get(key('large'));
    }
    await backend.put(key('large'), 'new');
    assert.equal((await bytesUnder(place, 'large')).toString(), 'new');
    await backend.delete(key('large'));
    assert.equal(await backend.head(key('large')), null);
  },
  async 'a reader that writes into a chunk does not write into the store'(place) {
    await place.backend.put(place.key('shared'), 'original');
    for await (const chunk of (await place.backend.get(place.key('shared'))).body) chunk.fill(0);
    assert.equal((await bytesUnder(place, 'shared')).toString(), 'original');
  },
  async 'an aborted signal ends every call with ABORTED'({ backend, key }) {
    const signal = AbortSignal.abort();
    await backend.put(key('here'), 'x');
    await rejectsWith('ABORTED', () => backend.get(key('here'), { signal }), 'get');
    await rejectsWith('ABORTED', () => backend.head(key('here'), { signal }), 'head');
    await rejectsWith('ABORTED', () => backend.delete(key('here'), { signal }), 'delete');
    await rejectsWith('ABORTED', async () => { for await (const _ of backend.list(key(''), { signal })); }, 'list');
    assert.ok(await backend.head(key('here')), 'the aborted delete deleted');
  },
  async 'a signal that is aborted while a body is read ends it'({ backend, key }) {
    await backend.put(key('long'), streamOf(pattern(1_000_000), pattern(1_000_000)));
    const controller = new AbortController();
    const { body } = await backend.get(key('long'), { signal: controller.signal });
    await rejectsWith('ABORTED', async () => { for await (const _ of body) controller.abort(); }, 'reading');
  },
  async 'signedUrl is there exactly when it is declared'({ backend, key }) {
    assert.equal(typeof backend.signedUrl === 'function', backend.capabilities.signedUrl);
    if (!backend.signedUrl) return;
    await backend.put(key('signed'), 'through an address');
    const answer = await fetch(await backend.signedUrl(key('signed'), { expiresInSeconds: 60 }));
    assert.equal(await answer.text(), 'through an address');
  },
  async 'publicUrl gives an absolute address that differs by key'({ backend, key }) {
    if (!backend.publicUrl) return;
    assert.ok(URL.canParse(backend.publicUrl(key('a'))));
    assert.notEqual(backend.publicUrl(key('a')), backend.publicUrl(key('b')));
  },
};
