import type { ImageFormat } from './image-format.ts';

/** How one stored picture is used, as far as it is known. */
export interface ImageUse {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: ImageFormat;
  /** Pictures of its animation. Default 1. */
  readonly frames?: number;
  /** Roles under which products show it, each once or more. */
  readonly roles: readonly ('main' | 'gallery' | 'sku' | 'description')[];
  readonly productCount: number;
  readonly supplierCount: number;
  /** Suppliers there are in all: what "many" means depends on it. */
  readonly suppliersInAll: number;
}

/** What a picture is (自动分类), by rules that look at no pixel. */
export interface ImageClass {
  /** The most telling role: main before gallery, SKU, description. Null where no product shows it. */
  readonly role: ImageUse['roles'][number] | null;
  /** `square` up to a tenth of difference; `strip` from four times as long as wide, or wide as long. */
  readonly shape: 'square' | 'portrait' | 'landscape' | 'strip';
  readonly isAnimated: boolean;
  /** `chart`: shown with several products of few suppliers and in descriptions only (尺码表, 说明); `notice`: shown by very many suppliers (公告, 通用图). Null: of the product itself. */
  readonly shared: 'chart' | 'notice' | null;
  /** 0 to 1: how much seeing this picture at two suppliers says about their goods (同款). 1 for a picture of one or two suppliers, 0 for notices. */
  readonly weight: number;
}

/** From this many products on, a picture that only descriptions show belongs to none of them. */
const chartProducts = 3;
/** From this many suppliers on, or this share of all where they are many, a picture says nothing about goods. */
const noticeSuppliers = 20;
const noticeShare = 0.02;

export function classifyImage(use: ImageUse): ImageClass {
  const role = (['main', 'gallery', 'sku', 'description'] as const).find((each) => use.roles.includes(each)) ?? null;
  const isNotice = use.supplierCount >= Math.max(noticeSuppliers, Math.ceil(use.suppliersInAll * noticeShare));
  const isChart = role === 'description' && use.productCount >= chartProducts;
  return { role, shape: shapeOf(use), isAnimated: (use.frames ?? 1) > 1, shared: isNotice ? 'notice' : isChart ? 'chart' : null, weight: isNotice ? 0 : weightOf(use) };
}

function shapeOf({ widthPx, heightPx }: ImageUse): ImageClass['shape'] {
  const ratio = widthPx / heightPx;
  if (ratio >= 4 || ratio <= 1 / 4) return 'strip';
  if (ratio <= 1.1 && ratio >= 1 / 1.1) return 'square';
  return ratio < 1 ? 'portrait' : 'landscape';
}

/** Falls with the logarithm of the suppliers: as rare words say more than common ones. */
function weightOf({ supplierCount, suppliersInAll }: ImageUse): number {
  if (supplierCount <= 2) return 1;
  const most = Math.max(noticeSuppliers, Math.ceil(suppliersInAll * noticeShare));
  return Math.max(0, 1 - Math.log(supplierCount / 2) / Math.log(most / 2));
}
