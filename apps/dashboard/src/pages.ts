import { pageAddresses, type PageName } from '../files/addresses.ts';
import type { PageComponent } from './page.ts';

export interface Page {
  readonly name: PageName;
  readonly address: string;
  /** Part of the menu under which it stands; null: reached from another page. */
  readonly group: 'look' | 'work' | 'safe' | null;
  /** Its own part of the script, fetched when it is first shown. */
  readonly load: () => Promise<PageComponent>;
}

/** Every page, in the order of the menu. Its address must stand in `files/addresses.ts`, which the server reads. */
export const pages: readonly Page[] = [
  { name: 'overview', address: pageAddresses.overview, group: 'look', load: async () => (await import('./pages/overview/page.tsx')).OverviewPage },
  { name: 'products', address: pageAddresses.products, group: 'look', load: async () => (await import('./pages/products/page.tsx')).ProductsPage },
  { name: 'product', address: pageAddresses.product, group: null, load: async () => (await import('./pages/product/page.tsx')).ProductPage },
  { name: 'suppliers', address: pageAddresses.suppliers, group: 'look', load: async () => (await import('./pages/suppliers/page.tsx')).SuppliersPage },
  { name: 'supplier', address: pageAddresses.supplier, group: null, load: async () => (await import('./pages/supplier/page.tsx')).SupplierPage },
  { name: 'duplicates', address: pageAddresses.duplicates, group: 'look', load: async () => (await import('./pages/duplicates/page.tsx')).DuplicatesPage },
  { name: 'import', address: pageAddresses.import, group: 'work', load: async () => (await import('./pages/import/page.tsx')).ImportPage },
  { name: 'runs', address: pageAddresses.runs, group: 'work', load: async () => (await import('./pages/runs/page.tsx')).RunsPage },
  { name: 'run', address: pageAddresses.run, group: null, load: async () => (await import('./pages/runs/run-page.tsx')).RunPage },
  { name: 'changes', address: pageAddresses.changes, group: 'work', load: async () => (await import('./pages/changes/page.tsx')).ChangesPage },
  { name: 'watches', address: pageAddresses.watches, group: 'work', load: async () => (await import('./pages/watches/page.tsx')).WatchesPage },
  { name: 'integrity', address: pageAddresses.integrity, group: 'safe', load: async () => (await import('./pages/integrity/page.tsx')).IntegrityPage },
  { name: 'backups', address: pageAddresses.backups, group: 'safe', load: async () => (await import('./pages/backups/page.tsx')).BackupsPage },
  { name: 'storage', address: pageAddresses.storage, group: 'safe', load: async () => (await import('./pages/storage/page.tsx')).StoragePage },
];
