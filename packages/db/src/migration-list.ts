import type { Migration } from './migration.ts';
import { initial } from './migrations/0001-initial.ts';
import { server } from './migrations/0006-server.ts';

/** Every migration of this version, in the order of application. */
export const migrations: readonly Migration[] = [initial, server];
