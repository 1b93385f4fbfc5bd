import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';

/** How a program is started so that PostgreSQL, which refuses root, accepts it. */
export interface Account {
  /** Put before the program and its arguments. */
  readonly prefix: readonly string[];
  /** Who must own the files, or null for the caller. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

const caller: Account = { prefix: [], owner: null };
const nobody: Account = { prefix: [], owner: { uid: 65_534, gid: 65_534 } };
/** The caller seen as nobody: keeps its reach, so the programs may lie below a 0700 folder of root. */
const namespace: Account = { prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534'], owner: null };

/**
 * The first account under which `program` really starts, or null. PostgreSQL wants a user that is not root and has a name; in a
 * container started with a bare number as its user there is none.
 */
export function accountFor(program: string, environment: NodeJS.ProcessEnv): Account | null {
  const candidates = process.getuid?.() === 0 ? [nobody, namespace] : hasName() ? [caller] : [namespace];
  return candidates.find((account) => starts(program, account, environment)) ?? null;
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false; // the system knows no user of this number
  }
}

function starts(program: string, account: Account, environment: NodeJS.ProcessEnv): boolean {
  const [command = program, ...args] = [...account.prefix, program, '--version'];
  return spawnSync(command, args, { env: environment, cwd: '/', stdio: 'ignore', ...account.owner }).status === 0;
}
