import { toCases, type ContractCase } from './contract/contract-case.ts';
import { listTrials } from './contract/list-cases.ts';
import { putTrials } from './contract/put-cases.ts';
import { readTrials } from './contract/read-cases.ts';
import type { StorageBackend } from './storage-backend.ts';

export type { ContractCase } from './contract/contract-case.ts';

/**
 * What every backend must do: one case for each promise of `StorageBackend`, for any test runner. A capability that is not declared
 * is not asked for, but must be refused. Each case writes only below a random name under `prefix` and cleans up, so a bucket in use is safe.
 */
export function storageContract(backend: StorageBackend, prefix = 'contract'): ContractCase[] {
  return [...toCases(readTrials, backend, prefix), ...toCases(putTrials, backend, prefix), ...toCases(listTrials, backend, prefix)];
}
