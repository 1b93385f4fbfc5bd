import type { Check } from './check.ts';
import { constraintUnsound } from './checks/constraint-unsound.ts';
import { danglingReference } from './checks/dangling-reference.ts';
import { duplicateKey } from './checks/duplicate-key.ts';
import { futureTime } from './checks/future-time.ts';
import { mainImage } from './checks/main-image.ts';
import { objectCorrupt } from './checks/object-corrupt.ts';
import { objectMissing } from './checks/object-missing.ts';
import { objectSize } from './checks/object-size.ts';
import { objectStray } from './checks/object-stray.ts';
import { priceRange } from './checks/price-range.ts';
import { referenceCount } from './checks/reference-count.ts';
import { removedParent } from './checks/removed-parent.ts';
import { sequenceBehind } from './checks/sequence-behind.ts';
import { storeUnavailable } from './checks/store-unavailable.ts';
import { stuckRun } from './checks/stuck-run.ts';
import { syncRecord } from './checks/sync-record.ts';
import { titleGrams } from './checks/title-grams.ts';
import { titleText } from './checks/title-text.ts';
import { variantMissing } from './checks/variant-missing.ts';
import { variantOrphan } from './checks/variant-orphan.ts';

/** Every check there is, in the order in which they run and their fixes are applied. */
export const allChecks: readonly Check[] = [
  storeUnavailable,
  constraintUnsound,
  duplicateKey,
  sequenceBehind,
  danglingReference,
  removedParent,
  mainImage,
  stuckRun,
  syncRecord,
  titleGrams,
  titleText,
  futureTime,
  priceRange,
  objectMissing,
  objectSize,
  objectCorrupt,
  objectStray,
  variantMissing,
  variantOrphan,
  referenceCount, // last: what the others take away changes the counts
];
