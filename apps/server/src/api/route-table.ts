import { backupRoutes } from '../routes/backups.ts';
import { changeRoutes } from '../routes/changes.ts';
import { consistencyRoutes } from '../routes/consistency.ts';
import { exportRoutes } from '../routes/exports.ts';
import { imageRoutes } from '../routes/images.ts';
import { importRoutes } from '../routes/imports.ts';
import { jobRoutes } from '../routes/jobs.ts';
import { productRoutes } from '../routes/products.ts';
import { restoreRoutes } from '../routes/restores.ts';
import { searchRoutes } from '../routes/search.ts';
import { sessionRoutes } from '../routes/session.ts';
import { statsRoutes } from '../routes/stats.ts';
import { supplierRoutes } from '../routes/suppliers.ts';
import { syncRecordRoutes } from '../routes/sync-records.ts';
import { watchRoutes } from '../routes/watches.ts';
import type { Sessions } from '../security/sessions.ts';
import type { Route } from './route.ts';

/** Every route below /api/v1, in the order of the documentation. */
export function routeTable(sessions: Sessions): readonly Route[] {
  return [
    ...productRoutes, ...searchRoutes, ...supplierRoutes, ...imageRoutes, ...changeRoutes, ...watchRoutes, ...importRoutes, ...syncRecordRoutes, ...jobRoutes, ...exportRoutes, ...backupRoutes, ...restoreRoutes,
    ...consistencyRoutes, ...statsRoutes, ...sessionRoutes(sessions),
  ];
}
