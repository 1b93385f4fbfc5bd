import type { Watch } from './watch.ts';

export const reasonKinds = ['priceDown', 'priceUp', 'priceBelow', 'soldOut', 'backInStock', 'delisted', 'relisted', 'titleChanged', 'statusChanged', 'newOffer', 'cheaperElsewhere'] as const;

/** One thing that happened to an offer. */
export interface Reason {
  readonly kind: (typeof reasonKinds)[number];
  readonly before?: string | null;
  readonly after?: string | null;
  /** Where a SKU moved and not the offer. */
  readonly skuId?: string;
  /** The offer that one watches, where the alert is of another one. */
  readonly than?: string;
}

/** What somebody is told of one change of one offer. */
export interface Alert {
  /** `WATCH:SEQ`: the same for the same change, however often it is sent. */
  readonly id: string;
  readonly watchId: string;
  readonly seq: string;
  readonly offerId: string;
  readonly title: string;
  readonly url: string;
  readonly reasons: readonly Reason[];
}

const words: Readonly<Record<Watch['language'], Readonly<Record<Reason['kind'], string>>>> = {
  'zh-CN': {
    priceDown: '降价', priceUp: '涨价', priceBelow: '低于目标价', soldOut: '售罄', backInStock: '恢复有货', delisted: '已下架', relisted: '重新上架',
    titleChanged: '标题变更', statusChanged: '状态变更', newOffer: '新商品', cheaperElsewhere: '同款更便宜',
  },
  en: {
    priceDown: 'Price down', priceUp: 'Price up', priceBelow: 'Price below target', soldOut: 'Sold out', backInStock: 'Back in stock', delisted: 'Delisted', relisted: 'Listed again',
    titleChanged: 'Title changed', statusChanged: 'Status changed', newOffer: 'New offer', cheaperElsewhere: 'Cheaper elsewhere',
  },
};

const moneyKinds: ReadonlySet<Reason['kind']> = new Set(['priceDown', 'priceUp', 'priceBelow', 'cheaperElsewhere']);

/** One line for people: what happened, old → new, the title. Without the address. */
export function alertText({ reasons, title }: Alert, language: Watch['language']): string {
  const [open, close, separator] = language === 'en' ? [': ', '', '; '] : ['：', '', '；'];
  return `${reasons.map((reason) => reasonText(reason, language)).join(separator)}${open}${plain(title)}${close}`;
}

/** The last line of a message that is too long for all of its alerts. */
export function moreText(count: number, language: Watch['language']): string {
  return language === 'en' ? `and ${count} more` : `另有 ${count} 条`;
}

function reasonText({ kind, before, after, skuId, than }: Reason, language: Watch['language']): string {
  const sign = moneyKinds.has(kind) ? '¥' : '';
  const shown = (value: string | null | undefined): string => (value === null || value === undefined ? '—' : `${sign}${plain(value)}`);
  const sku = skuId === undefined ? '' : ` (SKU ${skuId})`;
  const other = than === undefined ? '' : ` (${than})`;
  return `${words[language][kind]}${after === undefined ? '' : ` ${shown(before)} → ${shown(after)}`}${sku}${other}`;
}

/** Titles are sellers' words: no line breaks, and nothing that a chat program reads as a link, a mention or markup. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ').replace(/[[\]<>`*_@#|\\~&]/g, (sign) => substitutes[sign] ?? sign).slice(0, 200);
}

const substitutes: Readonly<Record<string, string>> = { '[': '［', ']': '］', '<': '＜', '>': '＞', '`': '｀', '*': '＊', _: '＿', '@': '＠', '#': '＃', '|': '｜', '\\': '＼', '~': '～', '&': '＆' };
