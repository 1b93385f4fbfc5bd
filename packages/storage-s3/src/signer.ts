import { AwsV4Signer } from 'aws4fetch';

export interface Signer {
  /** The headers to send: those given, and the signature over them, the address and the body, whose SHA-256 is given in hexadecimal. */
  headers(method: string, url: URL, headers: Readonly<Record<string, string>>, bodySha256: string): Promise<Record<string, string>>;
  /** The address with a signature that lets anybody read it for some time. */
  presign(url: URL, expiresInSeconds: number): Promise<string>;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** SigV4 with the hash of the whole body: a service that got other bytes refuses them, and no body is sent in signed chunks. */
export function openSigner({ accessKeyId, secretAccessKey, sessionToken }: Credentials, region: string): Signer {
  const cache = new Map<string, ArrayBuffer>(); // of derived keys, one a day
  const common = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}), region, service: 's3', cache };
  return {
    async headers(method, url, headers, bodySha256) {
      if (cache.size > 2) cache.clear();
      const hashed = { ...headers, 'x-amz-content-sha256': bodySha256 };
      const signed = await new AwsV4Signer({ ...common, method, url: url.href, headers: hashed }).sign();
      return Object.fromEntries(signed.headers);
    },
    async presign(url, expiresInSeconds) {
      const address = new URL(url);
      address.searchParams.set('X-Amz-Expires', `${expiresInSeconds}`);
      return (await new AwsV4Signer({ ...common, method: 'GET', url: address.href, signQuery: true }).sign()).url.href;
    },
  };
}
