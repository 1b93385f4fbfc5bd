import { spawnSync } from 'node:child_process';
import { lchown, readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { SyncError } from '@1688/core';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** How to start a program so that PostgreSQL, which refuses root and users without a name, accepts it. */
export interface Account {
  /** Put before the program: a user namespace in which we are somebody else. */
  readonly prefix: readonly string[];
  /** Another user that runs it and owns the files, or null: we. */
  readonly owner: Owner | null;
}

const caller: Account = { prefix: [], owner: null };
const nobody: Owner = { uid: 65_534, gid: 65_534 }; // has a name nearly everywhere
const namespace: Account = { prefix: ['unshare', '--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`, '--'], owner: null };

/**
 * The account that runs the cluster `data` in `directory`. An ordinary user does so itself. Root follows the files: what belongs to
 * another user is run by that one; its own in a user namespace, which leaves it root's and passes root's closed folders. Where the
 * system forbids namespaces, or a folder above is closed to root-without-powers, another user gets the directory.
 * @throws DB_UNSAFE_DIRECTORY when nothing works
 */
export async function chooseAccount(directory: string, data: string): Promise<Account> {
  if (process.getuid?.() !== 0) return hasName() || !starts(namespace, ['true']) ? caller : namespace;
  const owner = (await ownerOf(data)) ?? (await ownerOf(directory));
  if (owner) return accountOf(owner);
  if (starts(namespace, ['test', '-w', directory])) return namespace;
  for (const other of [...(await ownersAbove(directory)), nobody]) {
    const account = accountOf(other);
    if (!starts(account, ['test', '-x', path.dirname(directory)])) continue;
    await giveAllTo(other, directory);
    return account;
  }
  throw new SyncError('DB_UNSAFE_DIRECTORY', `Expected to be able to run PostgreSQL for ${directory}: it refuses to run as root, and neither a user namespace nor another user can work there.`, {
    hint: 'Run as an ordinary user, or set DATA_DIR to a folder such as /var/lib/1688sync that every user can reach.',
  });
}

/** The users whose name the system knows run it as they are, others as somebody who has one. */
function accountOf(owner: Owner): Account {
  const plain: Account = { prefix: [], owner };
  const renamed: Account = { prefix: namespace.prefix, owner };
  return !starts(plain, ['id', '-un']) && starts(renamed, ['true']) ? renamed : plain;
}

/** Whose a path is when we are root and it is not ours, else null. */
export async function ownerOf(file: string): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null;
  const found = await stat(file).catch(() => null); // not there yet
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null;
}

/** Gives a path to another user; nothing to do for our own. */
export async function giveTo(owner: Owner | null, file: string): Promise<void> {
  if (owner) await lchown(file, owner.uid, owner.gid);
}

/** Gives a folder and all it holds to another user; absent is fine. */
export async function giveAllTo(owner: Owner | null, folder: string): Promise<void> {
  if (!owner) return;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!entries) return;
  for (const entry of entries) await giveTo(owner, path.join(entry.parentPath, entry.name));
  await giveTo(owner, folder);
}

/** True when this command ends well under the account. */
export function starts({ prefix, owner }: Account, command: readonly string[]): boolean {
  const [program = '', ...args] = [...prefix, ...command];
  return spawnSync(program, args, { ...owner, env: plainEnvironment(), cwd: path.parse(process.cwd()).root, stdio: 'ignore', windowsHide: true }).status === 0;
}

/** What the server's programs find: messages in English, because we read them, and none of the user's PG* variables. */
export function plainEnvironment(): Record<string, string> {
  return { LC_ALL: 'C', PATH: '/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:/run/current-system/sw/bin', TZ: 'UTC' };
}

/** The users whose folders lie above, nearest first: below a home that is closed to others, only its user gets through. */
async function ownersAbove(directory: string): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (let folder = path.dirname(directory); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const owner = await ownerOf(folder);
    if (owner && !owners.some(({ uid }) => uid === owner.uid)) owners.push(owner);
  }
  return owners;
}

/** A container that is started with a bare number as its user has none. */
function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false; // the system knows no user of this number
  }
}
