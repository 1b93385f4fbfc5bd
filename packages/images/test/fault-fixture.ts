import { isSyncError, type SyncError } from '@1688/core';
import { openDescriptors } from '@1688/hostile-server';
import { afterEach, beforeEach, expect } from 'vitest';
import { openFetcher, type Fetcher, type FetcherOptions } from '../src/fetcher.ts';

/** Lets one port of 127.0.0.1 pass, and tries again at once. */
export function fetcherFor(port: number, options: FetcherOptions = {}): Fetcher {
  return openFetcher({ allow: [{ cidr: '127.0.0.1/32', port }], maxSizeBytes: 1_048_576, retryDelayMs: 1, ...options });
}

export async function failureOf(work: Promise<unknown>): Promise<SyncError> {
  try {
    await work;
  } catch (error) {
    if (isSyncError(error)) return error;
    throw error;
  }
  throw new Error('Expected a failure, but it succeeded.');
}

/** A failure shows neither passwords nor queries of addresses. */
export async function expectFailure(work: Promise<unknown>, expected: { readonly code: string; readonly retryable: boolean }, name = ''): Promise<SyncError> {
  const failure = await failureOf(work);
  expect(failure, name).toMatchObject(expected);
  expect(failure.message, name).not.toMatch(/secret|\?/);
  return failure;
}

/** After each test as many descriptors are open as before it. */
export function watchDescriptors(): void {
  let before = 0;
  beforeEach(() => { before = openDescriptors(); });
  afterEach(async () => {
    await expect.poll(openDescriptors, { timeout: 1_000, interval: 10 }).toBeLessThanOrEqual(before);
  });
}
