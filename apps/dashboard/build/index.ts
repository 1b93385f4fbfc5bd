import { readDashboardFiles, type DashboardFiles } from '../files/dashboard-files.ts';
import { builtFolder } from './built-folder.ts';

export { pageAddresses, type PageName } from '../files/addresses.ts';
export type { DashboardFile, DashboardFiles } from '../files/dashboard-files.ts';

/** In a clone: built when they are asked for, and again when a source has changed. */
export async function dashboardFiles(): Promise<DashboardFiles> {
  return readDashboardFiles(await builtFolder());
}
