/** Addresses of the pages; `:name` stands for one part. The server answers each with the same document, the browser shows the page. */
export const pageAddresses = {
  overview: '/',
  products: '/products',
  product: '/products/:offerId',
  suppliers: '/suppliers',
  supplier: '/suppliers/:id',
  import: '/import',
  runs: '/runs',
  run: '/runs/:id',
  changes: '/changes',
  watches: '/watches',
  duplicates: '/duplicates',
  integrity: '/integrity',
  backups: '/backups',
  storage: '/storage',
} as const;
export type PageName = keyof typeof pageAddresses;
