const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', middot: '·', times: '×', hellip: '…', mdash: '—', ndash: '–', yen: '¥', reg: '®', copy: '©', trade: '™' };

/** Highlighting that search results put into titles. Other things in angle brackets are the seller's own words. */
const highlight = /<\/?(?:span|font|em|b|i|u|strong|mark)(?:\s[^<>]*)?>/gi;

/** Decodes character references once: `&amp;lt;` becomes `&lt;`. Unknown ones stay. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g, (reference, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? reference;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });
}

/**
 * A title without highlight tags, on one line.
 * @param markup `html` where the source sends HTML: character references are decoded too. `plain` for table cells: a cell is
 * what the seller sees, so `&amp;` stays, unless tags show that HTML was pasted.
 */
export function plainTitle(text: string, markup: 'html' | 'plain'): string {
  const untagged = text.includes('<') ? text.replace(highlight, '') : text;
  const decoded = markup === 'html' || untagged !== text ? decodeEntities(untagged) : untagged;
  return /[\r\n\t]/.test(decoded) ? decoded.replace(/(?<!\s)\s*[\r\n\t]\s*/g, ' ') : decoded;
}
