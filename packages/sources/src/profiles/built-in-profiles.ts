import type { Profile } from '../profile.ts';
import { crossborder } from './crossborder.ts';
import { ownExport } from './own-export.ts';
import { reseller } from './reseller.ts';
import { table } from './table.ts';
import { taobaoPackage } from './taobao-package.ts';

/** The profiles that come with this package, in the order in which a tie is decided. */
export const builtInProfiles: readonly Profile[] = [ownExport, crossborder, reseller, taobaoPackage, table];
