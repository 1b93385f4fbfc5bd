import ipaddr from 'ipaddr.js';
import { SyncError } from '@1688/core';

/** An address that may be fetched although it is not public, or on another port than 80 and 443. */
export interface AllowedAddress {
  /** `127.0.0.1/32`, `10.1.0.0/16`, `fd12::/64`. */
  readonly cidr: string;
  readonly port: number;
}

/** Decides which addresses may be connected to. */
export interface AddressGuard {
  /** False when no address may be fetched on this port. */
  allowsPort(port: number): boolean;
  /** @throws ADDRESS_BLOCKED when the address is not public and not allowed on this port, or the port is not */
  check(address: string, port: number): void;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Where clouds hand out credentials (AWS, Alibaba, Azure, Tencent, AWS over IPv6): never fetched, whatever is allowed. */
const metadataAddresses = ['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', '169.254.0.23', 'fd00:ec2::254'].map((text) => ipaddr.process(text));
const metadataNames = /^(metadata|instance-data|metadata\.goog|metadata\.google\.internal|metadata\.azure\.internal|metadata\.tencentyun\.com|instance-data\.ec2\.internal)\.?$/i;

/** @throws CONFIG_INVALID for a range that is none; CONFIG_UNSAFE for one that holds a metadata address of a cloud */
export function addressGuard(allow: readonly AllowedAddress[] = []): AddressGuard {
  const ranges = allow.map(toRange);
  const isAllowed = (address: Address, port: number): boolean => ranges.some((range) => range.port === port && contains(range, address));
  return {
    allowsPort: (port) => isUsualPort(port) || ranges.some((range) => range.port === port),
    check(text, port) {
      const address = parsed(text);
      const passes = address !== null && !isMetadata(address) && ((isUsualPort(port) && isPublic(address)) || isAllowed(address, port));
      if (!passes) {
        throw new SyncError('ADDRESS_BLOCKED', `Expected a public address on port 80 or 443, received ${text} on port ${port}.`, {
          hint: 'A picture server of your own is fetched after its exact CIDR and port were allowed.',
        });
      }
    },
  };
}

/** True for names under which clouds hand out credentials. */
export function isMetadataName(hostname: string): boolean {
  return metadataNames.test(hostname);
}

/** True for addresses anybody on the internet may have: nothing private, reserved, or that carries another address inside. */
export function isPublicAddress(text: string): boolean {
  const address = parsed(text);
  return address !== null && isPublic(address) && !isMetadata(address);
}

function isPublic(address: Address): boolean {
  return address.range() === 'unicast' && isGlobal(address) && !isIsatap(address);
}

/** Of IPv6 only 2000::/3 was ever given out; what is outside may wrap another address, as `::7f00:1` does. */
function isGlobal(address: Address): boolean {
  return address instanceof ipaddr.IPv4 || ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
}

/** ISATAP carries an IPv4 address behind `:0:5efe:` or `:200:5efe:`, below any prefix. */
function isIsatap(address: Address): boolean {
  if (address instanceof ipaddr.IPv4) return false;
  return address.parts[5] === 0x5efe && (address.parts[4] === 0 || address.parts[4] === 0x200);
}

function isMetadata(address: Address): boolean {
  return metadataAddresses.some((known) => known.toNormalizedString() === address.toNormalizedString());
}

function isUsualPort(port: number): boolean {
  return port === 80 || port === 443;
}

/** An IPv4 address inside an IPv6 one counts as the IPv4 address. Null for what is none, also with a zone (`fe80::1%lo`). */
function parsed(text: string): Address | null {
  return !text.includes('%') && ipaddr.isValid(text) ? ipaddr.process(text) : null;
}

interface Range {
  readonly address: Address;
  readonly bits: number;
  readonly port: number;
}

function toRange({ cidr, port }: AllowedAddress): Range {
  if (!ipaddr.isValidCIDR(cidr) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SyncError('CONFIG_INVALID', `Expected an allowed address such as 127.0.0.1/32 with a port, received ${JSON.stringify(cidr)} with port ${port}.`);
  }
  const [address, bits] = ipaddr.parseCIDR(cidr);
  const range = { address, bits, port };
  if (metadataAddresses.some((known) => contains(range, known))) {
    throw new SyncError('CONFIG_UNSAFE', `Expected an allowed range without the metadata address of a cloud, received ${cidr}.`, { hint: 'Allow the exact address of your picture server.' });
  }
  return range;
}

function contains({ address, bits }: Range, candidate: Address): boolean {
  if (address instanceof ipaddr.IPv4) return candidate instanceof ipaddr.IPv4 && candidate.match(address, bits);
  const wide = candidate instanceof ipaddr.IPv4 ? candidate.toIPv4MappedAddress() : candidate;
  return wide.match(address, bits);
}
