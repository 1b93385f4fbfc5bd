import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { certificateAuthority } from '../src/certificate.ts';

test('certificates are for one name, signed by their authority, and end when they shall', () => {
  const authority = certificateAuthority();
  const own = new X509Certificate(authority.cert);

  for (let n = 0; n < 64; n += 1) { // names of many lengths
    const certificate = new X509Certificate(authority.issue(`${'a'.repeat(n + 1)}.example`, n % 2 === 0 ? 1 : -1).cert);

    expect(certificate.verify(own.publicKey)).toBe(true);
    expect(certificate.checkHost(`${'a'.repeat(n + 1)}.example`)).toBeDefined();
    expect(certificate.checkHost('b.example')).toBeUndefined();
    expect(Date.parse(certificate.validTo) > Date.now()).toBe(n % 2 === 0);
  }
});
