const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** What is known of a picture from an earlier fetch, as the origin told it. */
export interface KnownVersion {
  readonly etag?: string | null;
  readonly lastModified?: string | null;
}

/** Headers by host: 1688's picture servers refuse requests without their own page as Referer, and choose the format by Accept. */
export function requestHeaders(url: URL, known: KnownVersion | undefined): Record<string, string> {
  return {
    // No AVIF: the origin then sends what was uploaded, in formats everybody decodes.
    accept: 'image/jpeg,image/png,image/webp;q=0.9,image/gif;q=0.8,image/*;q=0.5',
    'accept-encoding': 'identity',
    'user-agent': browser,
    ...(isAlibaba(url.hostname) ? { referer: 'https://www.1688.com/' } : {}),
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
}

function isAlibaba(hostname: string): boolean {
  return /(^|\.)(1688|alicdn|taobao|tmall)\.com$/i.test(hostname);
}
