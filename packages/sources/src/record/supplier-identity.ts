import { sellerIdInImageUrl, sourceIdSchema, type Supplier, type SupplierAlias } from '@1688/core';
import { withoutUndefined } from './without-undefined.ts';

type Facts = { readonly [Field in Exclude<keyof Supplier, 'sourceId' | 'aliases'>]?: Supplier[Field] | undefined };

/** The keys under which a source names a supplier. */
export interface SupplierKeys {
  readonly memberId?: string | null | undefined;
  readonly userId?: string | null | undefined;
  readonly loginId?: string | null | undefined;
  readonly openId?: string | null | undefined;
}

/** Strongest first: what 1688 itself uses as a key, then what a person may change, then what differs for each app. */
const strength = ['memberId', 'userId', 'loginId', 'openId'] as const;

/**
 * A supplier under the strongest key that is known, the others as aliases. A name alone makes `name:…`, so that it is not lost;
 * it never equals a real key.
 * @returns undefined when neither key nor name is known: nothing is told about the supplier
 */
export function supplierOf(keys: SupplierKeys, facts: Facts = {}): Supplier | undefined {
  const aliases: SupplierAlias[] = strength.flatMap((kind) => {
    const value = keys[kind];
    return value != null && value.length > 0 && value.length <= 128 ? [{ kind, value }] : [];
  });
  const name = facts.name ?? facts.companyName;
  const sourceId = aliases.map(({ value }) => value).find(isSourceId) ?? (name == null ? undefined : `name:${name.replace(/[\s\p{Cc}]+/gu, '')}`.slice(0, 64));
  if (sourceId === undefined || !isSourceId(sourceId)) return undefined;
  return withoutUndefined({ ...facts, sourceId, aliases });
}

function isSourceId(text: string): boolean {
  return sourceIdSchema.safeParse(text).success;
}

/**
 * The seller's user id where two witnesses agree: the address of the offer's own video and every main picture that names one.
 * Pictures alone prove nothing: resellers show the pictures of other shops, and such an alias would join two suppliers for good.
 */
export function userIdOfMedia(videoUrl: string | null | undefined, images: readonly string[]): string | undefined {
  const fromVideo = /\/play\/u\/(\d{5,20})\//.exec(videoUrl ?? '')?.[1];
  const fromImages = new Set(images.map(sellerIdInImageUrl).filter((id) => id !== null));
  return fromVideo !== undefined && fromImages.size === 1 && fromImages.has(fromVideo) ? fromVideo : undefined;
}

/** The user id inside `b2b-2200000000001a1b2c`, where a picture of the offer shows at which digit it ends. */
export function userIdOfMember(memberId: string | null | undefined, image: string | undefined): string | undefined {
  const id = image === undefined ? null : sellerIdInImageUrl(image);
  return id !== null && memberId?.startsWith(`b2b-${id}`) ? id : undefined;
}

const municipalities = /^(北京|上海|天津|重庆)/;

/** Province and city of an address such as 广东省广州市, 广东 广州, 上海市. */
export function placeOf(text: string | null | undefined): { province?: string; city?: string } {
  const trimmed = text?.trim() ?? '';
  const municipality = municipalities.exec(trimmed)?.[1];
  if (municipality !== undefined) return { province: municipality, city: `${municipality}市` };
  const match = /^(内蒙古|黑龙江|\p{Script=Han}{2})(?:省|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?[\s,/-]*(\p{Script=Han}{1,9}?(?:州市|市|州|盟|地区|$))?/u.exec(trimmed);
  return match ? withoutUndefined({ province: match[1]!, city: match[2] }) : {};
}
