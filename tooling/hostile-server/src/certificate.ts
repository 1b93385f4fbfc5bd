import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { bitString, bool, explicit, integer, objectId, octets, sequence, setOf, text, utcTime } from './der.ts';

/** PEM, as `node:tls` takes them. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateAuthority {
  /** PEM of the authority itself, for those who are to trust it. */
  readonly cert: string;
  /** @param days from now until it ends; negative for one that ended */
  issue(hostname: string, days?: number): KeyPair;
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
const dayMs = 86_400_000;

/** Makes an authority of its own, known to nobody, that issues certificates for tests. */
export function certificateAuthority(name = 'Hostile Test Authority'): CertificateAuthority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = certificate({ issuer: name, subject: name, publicKey, signer: privateKey, days: 30, extensions: [extension('551d13', sequence(bool(true)))] });
  return {
    cert: own,
    issue(hostname, days = 30) {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = extension('551d11', sequence(explicit(0x82, Buffer.from(hostname))));
      return {
        cert: certificate({ issuer: name, subject: hostname, publicKey: keys.publicKey, signer: privateKey, days, extensions: [names] }),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface Contents {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

/** X.509 version 3 (RFC 5280). */
function certificate({ issuer, subject, publicKey, signer, days, extensions }: Contents): string {
  const now = Date.now();
  const validity = sequence(utcTime(new Date(now + Math.min(0, days) * dayMs - dayMs)), utcTime(new Date(now + days * dayMs)));
  const body = sequence(
    explicit(0xa0, integer(2)), integer(Math.floor(Math.random() * 2 ** 31)), ecdsaWithSha256, nameOf(issuer), validity, nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }), explicit(0xa3, sequence(...extensions)),
  );
  const der = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(commonName: string): Buffer {
  return sequence(setOf(sequence(objectId('550403'), text(commonName))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), bool(true), octets(value));
}
