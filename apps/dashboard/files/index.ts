import path from 'node:path';
import { readDashboardFiles, type DashboardFiles } from './dashboard-files.ts';

export { pageAddresses, type PageName } from './addresses.ts';
export type { DashboardFile, DashboardFiles } from './dashboard-files.ts';

/** The built files of the dashboard, read when they are asked for. `index.html` is the document of every page. */
export function dashboardFiles(): Promise<DashboardFiles> {
  return readDashboardFiles(path.join(import.meta.dirname, 'web'));
}
