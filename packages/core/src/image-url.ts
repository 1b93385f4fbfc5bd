const home = 'https://cbu01.alicdn.com/';
const mirrorHosts: Readonly<Record<string, string>> = { 'cbu01-overseas.1688.com': 'cbu01.alicdn.com' };

/**
 * An absolute https address for what sources write: relative `img/ibank/…`, `//host/…`, blanks around it, `http:`.
 * @returns null when the text is no picture address (empty, `data:`, another scheme)
 */
export function absoluteImageUrl(text: string): string | null {
  const trimmed = text.trim().replace(/^(https?:\/\/[^/]+\/)https?:\/+/i, '$1');
  if (trimmed === '' || trimmed === 'null' || trimmed === 'undefined') return null;
  if (/^\/\//.test(trimmed)) return parsed(`https:${trimmed}`);
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

/** The seller's numeric user id inside an `O1CN…!!2217592221256-0-cib.jpg` file name, or null. */
export function sellerIdInImageUrl(url: string): string | null {
  const id = /!!(\d+)-/.exec(url)?.[1];
  return id && id !== '0' ? id : null;
}

function parsed(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const address = new URL(text);
  const known = address.hostname.endsWith('.alicdn.com') || address.hostname.endsWith('.1688.com');
  if (known && address.protocol === 'http:' && address.port === '') address.protocol = 'https:';
  return address.href;
}
