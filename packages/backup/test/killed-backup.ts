import { openDatabase } from '@1688/db';
import { fileBackend, type StorageBackend } from '@1688/storage';
import { createBackup } from '../src/index.ts';

/** Ends its own process, as a power cut would, when a key with the prefix is put: `before` or `after` that. */
const [url = '', images = '', backups = '', prefix = '', moment = ''] = process.argv.slice(2);
const inner = fileBackend(backups);
const repository: StorageBackend = {
  ...inner,
  async put(key, body, options) {
    if (key.startsWith(prefix) && moment === 'before') process.kill(process.pid, 'SIGKILL');
    const object = await inner.put(key, body, options);
    if (key.startsWith(prefix) && moment === 'after') process.kill(process.pid, 'SIGKILL');
    return object;
  },
};
await using db = await openDatabase(url);
await createBackup({ db, schema: 'sync1688', files: fileBackend(images) }, { repository, name: 'killed' });
