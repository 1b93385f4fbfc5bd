import type { Check } from './check.ts';
import { constraintUnsound } from './checks/constraint-unsound.ts';
import { cursorAhead } from './checks/cursor-ahead.ts';
import { danglingReference } from './checks/dangling-reference.ts';
import { duplicateKey } from './checks/duplicate-key.ts';
import { futureTime } from './checks/future-time.ts';
import { jsonShape } from './checks/json-shape.ts';
import { mainImageTwice } from './checks/main-image-twice.ts';
import { mainImage } from './checks/main-image.ts';
import { nearDuplicate } from './checks/near-duplicate.ts';
import { objectCorrupt } from './checks/object-corrupt.ts';
import { objectDeleting } from './checks/object-deleting.ts';
import { objectMisplaced } from './checks/object-misplaced.ts';
import { objectMissing } from './checks/object-missing.ts';
import { objectSize } from './checks/object-size.ts';
import { objectStray } from './checks/object-stray.ts';
import { payloadUnreadable } from './checks/payload-unreadable.ts';
import { priceRange } from './checks/price-range.ts';
import { referenceCount } from './checks/reference-count.ts';
import { removedChild } from './checks/removed-child.ts';
import { removedParent } from './checks/removed-parent.ts';
import { requiredValue } from './checks/required-value.ts';
import { samePosition } from './checks/same-position.ts';
import { sequenceBehind } from './checks/sequence-behind.ts';
import { sharedPicture } from './checks/shared-picture.ts';
import { storeUnavailable } from './checks/store-unavailable.ts';
import { stuckRun } from './checks/stuck-run.ts';
import { syncRecord } from './checks/sync-record.ts';
import { timeOrder } from './checks/time-order.ts';
import { titleGrams } from './checks/title-grams.ts';
import { titleText } from './checks/title-text.ts';
import { unindexedReference } from './checks/unindexed-reference.ts';
import { variantMissing } from './checks/variant-missing.ts';
import { variantOrphan } from './checks/variant-orphan.ts';

/** Every check there is, in the order in which they run and their fixes are applied. */
export const allChecks: readonly Check[] = [
  storeUnavailable,
  constraintUnsound,
  unindexedReference,
  duplicateKey,
  sequenceBehind,
  cursorAhead,
  danglingReference,
  requiredValue,
  jsonShape,
  payloadUnreadable,
  removedParent,
  removedChild,
  mainImage,
  mainImageTwice,
  samePosition,
  stuckRun,
  syncRecord,
  titleGrams,
  titleText,
  futureTime,
  timeOrder,
  priceRange,
  sharedPicture,
  nearDuplicate,
  objectDeleting,
  objectMissing,
  objectSize,
  objectCorrupt,
  objectMisplaced,
  objectStray,
  variantMissing,
  variantOrphan,
  referenceCount, // last: what the others take away changes the counts
];
