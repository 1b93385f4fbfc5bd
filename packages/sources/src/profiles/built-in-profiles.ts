import type { Profile } from '../profile.ts';
import { apify } from './apify.ts';
import { changeMessage } from './change-message.ts';
import { cli1688 } from './cli-1688.ts';
import { crossborder } from './crossborder.ts';
import { openPlatform } from './open-platform.ts';
import { ownExport } from './own-export.ts';
import { reseller } from './reseller.ts';
import { table } from './table.ts';
import { taobaoPackage } from './taobao-package.ts';

/** The profiles that come with this package, in the order in which a tie is decided. */
export const builtInProfiles: readonly Profile[] = [ownExport, openPlatform, crossborder, changeMessage, reseller, cli1688, apify, taobaoPackage, table];
