import type { StorageBackend } from './storage-backend.ts';

/** The same backend as a plain object, so that a wrapper can replace some methods, also of a class. Methods that are absent stay absent. */
export function delegate(backend: StorageBackend): StorageBackend {
  const { signedUrl, publicUrl, copy, close } = backend;
  return {
    name: backend.name,
    capabilities: backend.capabilities,
    put: (key, body, options) => backend.put(key, body, options),
    get: (key, options) => backend.get(key, options),
    head: (key, options) => backend.head(key, options),
    delete: (key, options) => backend.delete(key, options),
    list: (prefix, options) => backend.list(prefix, options),
    ...(signedUrl && { signedUrl: signedUrl.bind(backend) }),
    ...(publicUrl && { publicUrl: publicUrl.bind(backend) }),
    ...(copy && { copy: copy.bind(backend) }),
    ...(close && { close: close.bind(backend) }),
  };
}
