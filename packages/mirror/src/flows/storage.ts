import type { FlowOptions } from '@1688/core';
import type { StorageCapabilities } from '@1688/storage';
import { storageContract } from '@1688/storage/contract';
import type { Mirror } from '../open-mirror.ts';

export interface StorageCheckResult {
  readonly backend: string;
  readonly place: string;
  readonly capabilities: StorageCapabilities;
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
}

/** Runs the published contract against the live place, below a prefix of its own that is cleaned up. */
export async function checkStorage({ storage, places }: Mirror, { signal, onProgress }: FlowOptions = {}): Promise<StorageCheckResult> {
  const passed: string[] = [];
  const failed: { name: string; message: string }[] = [];
  const cases = storageContract(storage);
  for (const { name, run } of cases) {
    signal?.throwIfAborted();
    try {
      await run();
      passed.push(name);
    } catch (error) {
      // A broken promise is what this looks for: it is told, and the others are still tried.
      failed.push({ name, message: error instanceof Error ? error.message : String(error) });
    }
    onProgress?.({ done: passed.length + failed.length, total: cases.length, unit: 'promises' });
  }
  return { backend: storage.name, place: places.storage, capabilities: storage.capabilities, passed, failed };
}

export interface PlaceStats {
  readonly place: string;
  readonly objects: number;
  readonly sizeBytes: number;
}

/** Counts what lies in the picture storage and in the backup storage, by listing them. */
export async function storageStats({ storage, backups, places }: Mirror, { signal }: FlowOptions = {}): Promise<{ readonly places: readonly PlaceStats[] }> {
  const stats: PlaceStats[] = [];
  for (const [backend, place] of [[storage, places.storage], [backups, places.backups]] as const) {
    let objects = 0;
    let sizeBytes = 0;
    for await (const object of backend.list('', signal ? { signal } : {})) {
      objects += 1;
      sizeBytes += object.sizeBytes;
    }
    stats.push({ place, objects, sizeBytes });
  }
  return { places: stats };
}
