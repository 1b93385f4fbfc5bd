import type { Migration } from './migration.ts';
import { initial } from './migrations/0001-initial.ts';
import { delisting } from './migrations/0004-delisting.ts';

/** Every migration of this version, in the order of application. */
export const migrations: readonly Migration[] = [initial, delisting];
