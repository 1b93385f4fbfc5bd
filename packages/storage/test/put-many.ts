import { isSyncError } from '@1688/core';
import { fileBackend, withRetry } from '../src/index.ts';

// Puts as one of several processes, or as one with few rights, and prints how it ended. Run by processes.test.ts.
const [root = '', mode = ''] = process.argv.slice(2);
const backend = mode === 'patient' ? withRetry(fileBackend(root), { attempts: 40, delayMs: 20, maxDelayMs: 200 }) : fileBackend(root);
try {
  if (mode === 'burst' || mode === 'patient') await Promise.all(Array.from({ length: 200 }, (_, n) => backend.put(`burst/${n}`, Buffer.alloc(1_000, 'b'))));
  else await Promise.all([backend.put('same', Buffer.alloc(300_000, 's')), backend.put('alias', Buffer.alloc(150_000, String.fromCharCode(65 + Number(mode))))]);
  process.stdout.write('stored');
} catch (error) {
  process.stdout.write(isSyncError(error) ? `${error.code} ${error.retryable}` : String(error));
}
process.disconnect?.();
