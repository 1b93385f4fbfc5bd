const home = 'https://cbu01.alicdn.com/';
const mirrorHosts: Readonly<Record<string, string>> = { 'cbu01-overseas.1688.com': 'cbu01.alicdn.com' };

/**
 * An absolute https address for what sources write: relative `img/ibank/…`, `//host/…`, blanks around it, `http:`.
 * @returns null when the text is no picture address (empty, `data:`, another scheme)
 */
export function absoluteImageUrl(text: string): string | null {
  const trimmed = withoutDoubledPrefix(text.trim());
  if (trimmed === '' || trimmed === 'null' || trimmed === 'undefined') return null;
  if (trimmed.startsWith('//')) return parsed(`https:${trimmed}`);
  if (/^https?:\/\//i.test(trimmed)) return parsed(trimmed);
  if (/^[a-z][a-z0-9+.-]*:/i.test(trimmed)) return null;
  return /^\/?(img\/|O1CN)/.test(trimmed) ? parsed(home + trimmed.replace(/^\//, '')) : null;
}

/**
 * The key under which one picture is known however a source spells its address: https, mirror hosts mapped, size and format
 * suffixes cut, query dropped on 1688's hosts. Idempotent; never maps two originals to one.
 */
export function canonicalImageUrl(url: string): string {
  const address = new URL(url);
  const host = mirrorHosts[address.hostname] ?? address.hostname;
  const ours = host.endsWith('.alicdn.com') || host.endsWith('.1688.com');
  if (!ours) return address.href.replace(/#.*$/, '');
  const path = address.pathname
    .replace(/(\.(?:jpe?g|png|webp|gif))_.*$/i, '$1')
    .replace(/\.(?:\d+x\d+(?:xz)?|search)(\.(?:jpe?g|png|webp|gif))$/i, '$1');
  return `https://${host}${path}`;
}

/**
 * The numeric user id of the shop that uploaded a picture, inside an `O1CN…!!2200000000001-0-cib.jpg` file name, or null.
 * Often not the seller's own: shops show each other's pictures. Names without `-cib` carry the ids of 1688's own systems.
 */
export function sellerIdInImageUrl(url: string): string | null {
  const id = /!!(\d+)-\d+-cib\b/.exec(url)?.[1];
  return id && id !== '0' ? id : null;
}

/** Tools that put the host before every path also put it before whole addresses: `https://cbu01.alicdn.com/https:/cbu01.alicdn.com/…`. */
function withoutDoubledPrefix(text: string): string {
  const match = /^(https?:\/\/[^/]+\/)https?:\/+(.*)$/is.exec(text);
  if (!match) return text;
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net)\//i.test(match[2]!) ? `https://${match[2]}` : match[1]! + match[2]!;
}

function parsed(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const address = new URL(text);
  const known = address.hostname.endsWith('.alicdn.com') || address.hostname.endsWith('.1688.com');
  if (known && address.protocol === 'http:' && address.port === '') address.protocol = 'https:';
  return address.href;
}
