import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { isSyncError, type ErrorCode } from '@1688/core';
import { collectBytes } from '../body.ts';
import type { StorageBackend, StorageBody } from '../storage-backend.ts';

/** One promise of the port, tried against a backend: `run` rejects when it is broken. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/** What a case works on. `key` gives keys that nobody else uses; whatever lies below them is deleted in the end. */
export interface Place {
  readonly backend: StorageBackend;
  key(name: string): string;
}

/** The name of a promise → how it is tried. */
export type Trials = Readonly<Record<string, (place: Place) => Promise<void>>>;

export function toCases(trials: Trials, backend: StorageBackend, prefix: string): ContractCase[] {
  return Object.entries(trials).map(([name, attempt]) => ({ name, run: () => inOwnPlace(backend, prefix, attempt) }));
}

async function inOwnPlace(backend: StorageBackend, prefix: string, attempt: (place: Place) => Promise<void>): Promise<void> {
  const own = `${prefix.replace(/\/$/, '')}/${randomUUID()}/`;
  try {
    await attempt({ backend, key: (name) => own + name });
  } finally {
    for await (const { key } of backend.list(own)) await backend.delete(key);
  }
}

export async function bytesUnder({ backend, key }: Place, name: string): Promise<Buffer> {
  const { body } = await backend.get(key(name));
  return Buffer.from(await collectBytes(body));
}

export async function textUnder(place: Place, name: string): Promise<string> {
  return (await bytesUnder(place, name)).toString('utf8');
}

export async function rejectsWith(code: ErrorCode, work: Promise<unknown> | (() => Promise<unknown>), what: string): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(isSyncError(error), `Expected ${what} to throw a SyncError, received ${String(error)}`);
    assert.equal(error.code, code, `Expected ${what} to throw ${code}, received ${error.code}: ${error.message}`);
    return true;
  }, `Expected ${what} to throw ${code}, but it succeeded`);
}

export async function* streamOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** Gives some bytes, then fails. */
export async function* failingBody(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(100_000, 'half ');
  throw new Error('The source of the body broke.');
}

/** Bytes in which every value occurs and no piece is like another. */
export function pattern(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) bytes[at] = (at + (at >> 8) * 7 + (at >> 16) * 13) & 0xff;
  return bytes;
}

/** A put that fails half-way must leave the old object where puts are atomic, and never a part of the new one. */
export async function keepsOld(place: Place, name: string, body: StorageBody | undefined, work: () => Promise<unknown>): Promise<void> {
  const { backend, key } = place;
  if (body !== undefined) await backend.put(key(name), body);
  await assert.rejects(work, 'Expected the put to fail, but it succeeded');
  if (body !== undefined && (backend.capabilities.atomicPut || (await backend.head(key(name))))) {
    // Compared here: an assertion that differs in 100,000 bytes takes minutes to print how.
    assert.ok((await bytesUnder(place, name)).equals(await collectBytes(body)), 'the old object changed');
  } else {
    assert.equal(await backend.head(key(name)), null, 'a part of the failed put is stored');
  }
}
