import { spawnSync } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { SyncError } from '@1688/core';

/** How to start a program so that PostgreSQL, which refuses root, accepts it. */
export interface Account {
  /** Put before the program: a user namespace in which we are not root. */
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const nobody = 65_534;
// initdb wants a user with a name; nobody has one nearly everywhere.
const namespace = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--'] as const;

/**
 * The account for the files in `directory`. An ordinary user runs the server itself. Root runs it in a user namespace, which works
 * below closed parents too and leaves the files root's; where the system forbids that, under a changed uid that gets the directory.
 * Files that exist decide: a cluster stays with the account that made it.
 * @throws DB_UNSAFE_DIRECTORY when none of them works
 */
export async function chooseAccount(directory: string, data: string): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = await stat(data).catch(() => null); // a new one
  if (owner && owner.uid !== 0) return { prefix: [], uid: owner.uid, gid: owner.gid };
  if (namespacesWork()) return { prefix: namespace };
  if (owner) throw unsafe(directory);
  await chown(directory, nobody, nobody);
  const reaches = spawnSync('test', ['-w', directory], { uid: nobody, gid: nobody }).status === 0;
  if (!reaches) throw unsafe(directory);
  return { prefix: [], uid: nobody, gid: nobody };
}

/** Gives a path to the account, where it is another user. */
export async function giveTo(account: Account, file: string): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) await chown(file, account.uid, account.gid);
}

function namespacesWork(): boolean {
  return process.platform === 'linux' && spawnSync(namespace[0], [...namespace.slice(1), 'true']).status === 0;
}

function unsafe(directory: string): SyncError {
  return new SyncError('DB_UNSAFE_DIRECTORY', `Expected to be able to run PostgreSQL for ${directory}: it refuses to run as root, and neither a user namespace nor another user can be used here.`, {
    hint: 'Run as an ordinary user, or set DATA_DIR to a folder such as /var/lib/1688sync that every user can reach.',
  });
}
