import { openDatabase, type Database } from '@1688/db';
import { fileBackend, type StorageBackend } from '@1688/storage';
import { applyRestore, createBackup, findRestorePlan, planRestore, pruneBackups } from '../src/index.ts';
import { repositoryAt } from './places.ts';

/** Does one piece of work and ends its own process, as a power cut would, at the nth call of the storage or statement of its connections. */
const [url = '', images = '', backups = '', work = '', name = '', nth = '0'] = process.argv.slice(2);
let left = Number(nth);
function step(): void {
  if ((left -= 1) === 0) process.kill(process.pid, 'SIGKILL');
}

function counted(inner: StorageBackend): StorageBackend {
  return {
    ...inner,
    async put(key, body, options) {
      step();
      const object = await inner.put(key, body, options);
      step();
      return object;
    },
    async get(key, options) {
      step();
      return inner.get(key, options);
    },
    async delete(key, options) {
      step();
      await inner.delete(key, options);
      step();
    },
  };
}

await using opened = await openDatabase(url);
const db: Database = {
  ...opened,
  async connect(options) {
    const connection = await opened.connect(options);
    const query = connection.client.query.bind(connection.client) as (...given: unknown[]) => unknown;
    Object.assign(connection.client, { query: (...given: unknown[]) => (step(), query(...given)) });
    return connection;
  },
};
const target = { db, schema: 'sync1688', files: counted(fileBackend(images)) };
const repository = counted(repositoryAt(backups));
if (work === 'create') await createBackup(target, { repository, name });
else if (work === 'plan') await planRestore(target, { repository, name });
else if (work === 'prune') await pruneBackups({ repository, keepLast: 1, graceHours: 0 });
else {
  const plan = await findRestorePlan(target, name, { repository });
  if (plan) await applyRestore(plan);
}
