export { checkedBody, collectBytes, text } from './body.ts';
export { copyVerified, type CopyOutcome } from './copy-verified.ts';
export { fileBackend, type FileBackendOptions } from './file-backend.ts';
export { sweepTemporary } from './file-temporary.ts';
export { checkKey, checkPrefix, compareKeys } from './key.ts';
export { memoryBackend, type MemoryBackendOptions } from './memory-backend.ts';
export { resolveRange } from './range.ts';
export type {
  GetOptions, GetResult, ListOptions, PutOptions, StorageBackend, StorageBody, StorageCapabilities, StoredObject,
} from './storage-backend.ts';
export { findMarker, markerKey, readMarker, replaceMarker, writeMarker, type StoreMarker } from './store-marker.ts';
export { withFaults, type FaultOptions } from './with-faults.ts';
export { withLimit, type LimitOptions } from './with-limit.ts';
export { withMirror } from './with-mirror.ts';
export { withPrefix } from './with-prefix.ts';
export { withReadFallback } from './with-read-fallback.ts';
export { withReadOnly } from './with-read-only.ts';
export { withRetry, type RetryOptions } from './with-retry.ts';
