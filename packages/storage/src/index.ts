export { checkedBody, collectBytes, text } from './body.ts';
export { fileBackend, type FileBackendOptions } from './file-backend.ts';
export { sweepTemporary } from './file-temporary.ts';
export { checkKey, checkPrefix, compareKeys } from './key.ts';
export { memoryBackend, type MemoryBackendOptions } from './memory-backend.ts';
export { resolveRange } from './range.ts';
export type {
  GetOptions, GetResult, ListOptions, PutOptions, StorageBackend, StorageBody, StorageCapabilities, StoredObject,
} from './storage-backend.ts';
export { markerKey, readMarker, writeMarker } from './store-marker.ts';
export { withFaults, type FaultOptions } from './with-faults.ts';
export { withPrefix } from './with-prefix.ts';
export { withReadOnly } from './with-read-only.ts';
export { withRetry, type RetryOptions } from './with-retry.ts';
