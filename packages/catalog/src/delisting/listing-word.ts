/** What a source's own word for an offer's status says of it; words that say neither are no evidence. */
const words: ReadonlyMap<string, 'listed' | 'delisted'> = new Map([
  ...['published', 'publish', 'repost', 'reposted', 'online', 'onsale', 'on sale', '上架', '已上架', '在售', '销售中', '出售中', '上网'].map((word) => [word, 'listed'] as const),
  ...[
    'expired', 'expire', 'auto expired', 'member expired', 'deleted', 'delete', 'member deleted', 'member delete', 'offline', 'delisted',
    '下架', '已下架', '过期', '已过期', '删除', '已删除', '失效', '已失效', '商品已下架',
  ].map((word) => [word, 'delisted'] as const),
]);

/**
 * `published` is listed, `member expired` and 已下架 are delisted; null for words such as `auditing` or `modified`, after which an
 * offer may be either. Case, blanks and underscores do not matter.
 */
export function listingOfStatus(status: unknown): 'listed' | 'delisted' | null {
  return typeof status === 'string' ? (words.get(status) ?? words.get(status.trim().toLowerCase().replace(/[\s_-]+/g, ' ')) ?? null) : null;
}
