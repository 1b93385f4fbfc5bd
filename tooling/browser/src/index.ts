export { toGb18030 } from './gb18030.ts';
export { firstOfferId, madeOffers } from './made-offers.ts';
export { accessibilityFaults, overflowing } from './page-checks.ts';
export { servedStore, type ServedStore } from './served-store.ts';
export { openBrowser, settled, watchedPage, type WatchedPage } from './watched-page.ts';
export { zipParts } from './zip-parts.ts';
