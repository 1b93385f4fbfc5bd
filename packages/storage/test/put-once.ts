import { isSyncError } from '@1688/core';
import { fileBackend } from '../src/index.ts';

// Replaces one object and prints how that ended. Run by file-system.full.test.ts.
try {
  await fileBackend(process.argv[2] ?? '').put('a/object', Buffer.alloc(2_000, 'n'));
  process.stdout.write('stored');
} catch (error) {
  process.stdout.write(isSyncError(error) ? `${error.code} ${error.retryable}` : String(error));
}
