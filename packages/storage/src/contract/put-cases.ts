import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isSyncError } from '@1688/core';
import { bytesUnder, failingBody, keepsOld, pattern, rejectsWith, streamOf, textUnder, type Trials } from './contract-case.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const unsafeKeys = [
  '', '/absolute', 'trailing/', 'a//b', '.', '..', '../outside', 'a/../../outside', 'a/./b', 'back\\slash', 'C:drive', 'nul\u0000byte',
  'line\nbreak', 'what?', 'star*', 'con', 'a/AUX.txt', 'ends.', 'ends ', 'x'.repeat(256), 'ab/'.repeat(400) + 'c', 'e\u0301', 'lone\ud800', '.tmp/x',
];
const unusualKeys = ['a b', 'a+b', 'a%20b', 'a%2Fb', '100%', '#1', 'a&b=c;d', "it's", '~tilde', '.hidden', '..two', 'A', '连衣裙/主图 1.jpg', '𠮷', 'é', '-dash', `${'n'.repeat(250)}.jpg`];

/** Promises of `put`, `delete`, `copy` and of the keys. */
export const putTrials: Trials = {
  async 'a text is stored as UTF-8'(place) {
    await place.backend.put(place.key('hello.txt'), '你好, 𠮷');
    assert.equal(await textUnder(place, 'hello.txt'), '你好, 𠮷');
  },
  async 'bytes come back as they were'(place) {
    await place.backend.put(place.key('bytes'), pattern(70_000));
    assert.ok(pattern(70_000).equals(await bytesUnder(place, 'bytes')));
  },
  async 'a stream of many chunks is stored whole'(place) {
    const body = pattern(3_000_000);
    const pieces = Array.from({ length: 30 }, (_, at) => body.subarray(at * 100_000, (at + 1) * 100_000));
    const object = await place.backend.put(place.key('stream'), streamOf(...pieces, ''));
    assert.equal(object.sizeBytes, 3_000_000);
    assert.ok(body.equals(await bytesUnder(place, 'stream')));
  },
  async 'a body without bytes is an object of size 0'(place) {
    for (const [name, body] of [['text', ''], ['bytes', new Uint8Array()], ['stream', streamOf()]] as const) {
      assert.equal((await place.backend.put(place.key(name), body)).sizeBytes, 0);
      assert.equal((await place.backend.head(place.key(name)))?.sizeBytes, 0);
      assert.equal(await textUnder(place, name), '');
    }
  },
  async 'a put tells what was stored'({ backend, key }) {
    const object = await backend.put(key('told'), 'four');
    assert.equal(object.key, key('told'));
    assert.equal(object.sizeBytes, 4);
    assert.ok(object.modifiedAt instanceof Date && !Number.isNaN(object.modifiedAt.getTime()));
  },
  async 'bytes are the caller\'s again after the put'(place) {
    const body = Buffer.from('before');
    await place.backend.put(place.key('mine'), body);
    body.fill('x');
    assert.equal(await textUnder(place, 'mine'), 'before');
  },
  async 'a second put replaces the first'(place) {
    await place.backend.put(place.key('twice'), 'a longer first body');
    await place.backend.put(place.key('twice'), 'second');
    assert.equal(await textUnder(place, 'twice'), 'second');
    assert.equal((await place.backend.head(place.key('twice')))?.sizeBytes, 6);
  },
  async 'a put that fails half-way leaves the old object'(place) {
    await keepsOld(place, 'old', 'the old body', () => place.backend.put(place.key('old'), failingBody()));
  },
  async 'a put that fails half-way leaves nothing new'(place) {
    await keepsOld(place, 'new', undefined, () => place.backend.put(place.key('new'), failingBody()));
  },
  async 'what a body throws is passed on'({ backend, key }) {
    await assert.rejects(backend.put(key('broken'), failingBody()), /source of the body broke/);
  },
  async 'a body of another size than announced is refused and not stored'(place) {
    const { backend, key } = place;
    for (const sizeBytes of [3, 5]) {
      await keepsOld(place, 'size', 'old', () => backend.put(key('size'), 'four', { sizeBytes }));
      await rejectsWith('STORAGE_CORRUPT', backend.put(key('size'), streamOf('fo', 'ur'), { sizeBytes }), `a body of 4 bytes announced as ${sizeBytes}`);
    }
    await backend.put(key('size'), streamOf('fo', 'ur'), { sizeBytes: 4 });
  },
  async 'a body with another SHA-256 than announced is refused and not stored'(place) {
    const { backend, key } = place;
    await keepsOld(place, 'hash', 'old', () => backend.put(key('hash'), 'four', { sha256: sha256('five') }));
    await rejectsWith('STORAGE_CORRUPT', backend.put(key('hash'), streamOf('fo', 'ur'), { sha256: sha256('five') }), 'a body with another hash');
    await backend.put(key('hash'), 'four', { sha256: sha256('four'), sizeBytes: 4 });
    assert.equal(await textUnder(place, 'hash'), 'four');
  },
  async 'ifAbsent keeps what is there'(place) {
    const { backend, key } = place;
    if (!backend.capabilities.conditionalPut) return rejectsWith('STORAGE_UNSUPPORTED', backend.put(key('once'), 'a', { ifAbsent: true }), 'ifAbsent');
    await backend.put(key('once'), 'first', { ifAbsent: true });
    await rejectsWith('STORAGE_CONFLICT', backend.put(key('once'), 'second', { ifAbsent: true }), 'a second put with ifAbsent');
    assert.equal(await textUnder(place, 'once'), 'first');
    await backend.delete(key('once'));
    await backend.put(key('once'), 'third', { ifAbsent: true });
    assert.equal(await textUnder(place, 'once'), 'third');
  },
  async 'of many puts with ifAbsent at once exactly one wins'(place) {
    const { backend, key } = place;
    if (!backend.capabilities.conditionalPut) return;
    const bodies = Array.from({ length: 8 }, (_, n) => `writer ${n}`);
    const results = await Promise.allSettled(bodies.map((body) => backend.put(key('race'), body, { ifAbsent: true })));
    const won = bodies.filter((_, n) => results[n]?.status === 'fulfilled');
    assert.equal(won.length, 1, `Expected one winner, received ${won.length}`);
    assert.equal(await textUnder(place, 'race'), won[0]);
    for (const result of results) if (result.status === 'rejected') assert.ok(isSyncError(result.reason) && result.reason.code === 'STORAGE_CONFLICT');
  },
  async 'of many puts at once one stays, whole'(place) {
    const bodies = Array.from({ length: 8 }, (_, n) => `${n}`.repeat(50_000 + n));
    await Promise.all(bodies.map((body) => place.backend.put(place.key('race'), body)));
    assert.ok(bodies.includes(await textUnder(place, 'race')));
  },
  async 'readers during a put see the old object or the new one'(place) {
    const { backend, key } = place;
    if (!backend.capabilities.atomicPut) return;
    const bodies = ['a'.repeat(200_000), 'b'.repeat(300_000)];
    await backend.put(key('swap'), bodies[0] ?? '');
    const state = { writing: true };
    const writer = (async () => {
      for (let turn = 1; turn <= 6; turn += 1) await backend.put(key('swap'), streamOf(bodies[turn % 2] ?? ''));
    })().finally(() => { state.writing = false; });
    while (state.writing) {
      const seen = await textUnder(place, 'swap').catch((error: unknown) => {
        if (isSyncError(error) && error.retryable) return null; // it may say that the object was replaced while it was read
        throw error;
      });
      assert.ok(seen === null || bodies.includes(seen), 'a reader saw a part');
      await nextTurn(); // a backend in memory would otherwise never let the writer go on
    }
    await writer;
  },
  async 'a content type is told as it was given, or not at all'({ backend, key }) {
    await backend.put(key('typed.jpg'), 'x', { contentType: 'image/jpeg' });
    const told = (await backend.head(key('typed.jpg')))?.contentType;
    assert.ok(told === undefined || told === 'image/jpeg', `received ${told}`);
  },
  async 'an etag changes with the bytes'({ backend, key }) {
    const first = await backend.put(key('mark'), 'one');
    const head = await backend.head(key('mark'));
    const second = await backend.put(key('mark'), 'two');
    assert.equal(head?.etag, first.etag);
    assert.ok(first.etag === undefined || first.etag !== second.etag);
  },
  async 'a put whose signal is aborted stores nothing'(place) {
    const { backend, key } = place;
    await rejectsWith('ABORTED', backend.put(key('aborted'), 'x', { signal: AbortSignal.abort() }), 'a put that was aborted before');
    const controller = new AbortController();
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('begun');
      setTimeout(() => controller.abort(), 10);
      await new Promise((resolve) => { setTimeout(resolve, 3_000); }); // a put that does not hear the signal ends here
    }
    await rejectsWith('ABORTED', backend.put(key('aborted'), stuck(), { signal: controller.signal }), 'a put that is aborted while its body is stuck');
    assert.equal(await backend.head(key('aborted')), null);
  },
  async 'a delete removes this key alone, and what is absent is no error'(place) {
    const { backend, key } = place;
    for (const name of ['gone', 'gone2', 'gon', 'go/ne']) await backend.put(key(name), name);
    await backend.delete(key('gone'));
    await backend.delete(key('gone'));
    await backend.delete(key('never/was'));
    await backend.delete(key('go'));
    assert.equal(await backend.head(key('gone')), null);
    for (const name of ['gone2', 'gon', 'go/ne']) assert.equal(await textUnder(place, name), name);
  },
  async 'a name is free again once it was deleted, also as a folder'(place) {
    const { backend, key } = place;
    await backend.put(key('free/below'), 'x');
    await backend.delete(key('free/below'));
    await backend.put(key('free'), 'y');
    await backend.delete(key('free'));
    await backend.put(key('free/again/below'), 'z');
    assert.equal(await textUnder(place, 'free/again/below'), 'z');
  },
  async 'a key below another is stored, or refused with STORAGE_KEY'(place) {
    const { backend, key } = place;
    await backend.put(key('a'), 'upper');
    await backend.put(key('b/c'), 'lower');
    for (const [taken, name, body] of [['a', 'a/b', 'upper'], ['b/c', 'b', 'lower']] as const) {
      const stored = await backend.put(key(name), 'other').catch((error: unknown) => {
        if (isSyncError(error) && error.code === 'STORAGE_KEY') return null;
        throw error;
      });
      assert.equal(await textUnder(place, taken), body);
      if (stored) assert.equal(await textUnder(place, name), 'other');
      else assert.equal(await backend.head(key(name)), null);
    }
  },
  async 'keys that could mean something else are refused by every method'({ backend }) {
    for (const bad of unsafeKeys) {
      const what = JSON.stringify(bad.slice(0, 40));
      await rejectsWith('STORAGE_KEY', () => backend.put(bad, 'x'), `put ${what}`);
      await rejectsWith('STORAGE_KEY', () => backend.get(bad), `get ${what}`);
      await rejectsWith('STORAGE_KEY', () => backend.head(bad), `head ${what}`);
      await rejectsWith('STORAGE_KEY', () => backend.delete(bad), `delete ${what}`);
    }
  },
  async 'keys of any ordinary characters are kept apart'(place) {
    const { backend, key } = place;
    for (const name of unusualKeys) await backend.put(key(name), name);
    for (const name of unusualKeys) assert.equal(await textUnder(place, name), name, JSON.stringify(name));
    for (const name of unusualKeys) assert.equal((await backend.head(key(name)))?.key, key(name));
  },
  async 'copy is there exactly when it is declared, and copies'(place) {
    const { backend, key } = place;
    assert.equal(typeof backend.copy === 'function', backend.capabilities.copy);
    if (!backend.copy) return;
    await backend.put(key('from'), 'the bytes');
    await backend.put(key('to'), 'replaced by the copy');
    const object = await backend.copy(key('from'), key('to'));
    assert.deepEqual([object.key, object.sizeBytes], [key('to'), 9]);
    await backend.delete(key('from'));
    assert.equal(await textUnder(place, 'to'), 'the bytes');
    await rejectsWith('STORAGE_OBJECT_MISSING', backend.copy(key('from'), key('to')), 'a copy of what is absent');
    assert.equal(await textUnder(place, 'to'), 'the bytes');
  },
};
