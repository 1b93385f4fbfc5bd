import type { Migration } from './migration.ts';
import { initial } from './migrations/0001-initial.ts';
import { search, searchContext, searchRefill, searchSuppliers } from './migrations/0002-search.ts';
import { server } from './migrations/0003-server.ts';
import { delisting } from './migrations/0004-delisting.ts';
import { gramStatistics } from './migrations/0004-gram-statistics.ts';
import { time } from './migrations/0005-time.ts';
import { watches } from './migrations/0006-watches.ts';
import { explain } from './migrations/0007-explain.ts';
import { searchCost } from './migrations/0007-search-cost.ts';
import { sightings } from './migrations/0008-sightings.ts';

/** Every migration of this version, in the order of application. */
export const migrations: readonly Migration[] = [initial, search, searchContext, searchRefill, searchSuppliers, server, delisting, gramStatistics, time, watches, explain, searchCost, sightings];
