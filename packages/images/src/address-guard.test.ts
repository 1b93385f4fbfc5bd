import { describe, expect, test } from 'vitest';
import { addressGuard, isMetadataName, isPublicAddress } from './address-guard.ts';

describe('isPublicAddress', () => {
  test('knows addresses that anybody may have', () => {
    for (const address of ['8.8.8.8', '47.246.50.1', '172.32.0.1', '2400:3200::1', '2606:4700::1111']) expect(isPublicAddress(address), address).toBe(true);
  });

  test('knows every private, reserved and wrapping form', () => {
    const addresses = [
      '0.0.0.0', '10.1.2.3', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.254', '168.63.129.16', '169.254.169.254', '172.16.0.1', '172.31.255.255',
      '192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.0.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255',
      '::', '::1', 'fe80::1', 'fe80::1%lo', 'fc00::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1', '2001:db8::1', '100::1', '3fff::1', '5f00::1', '2002:7f00:1::', '2001::1',
      '64:ff9b::7f00:1', '64:ff9b:1::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '::7f00:1', '::a00:1', '1::1', '4000::1', 'ffff::1', '::ffff:0:127.0.0.1', '2400:3200::5efe:7f00:1', 'fe80::200:5efe:7f00:1', 'no address', '',
    ];
    for (const address of addresses) expect(isPublicAddress(address), address).toBe(false);
  });
});

describe('addressGuard', () => {
  test('lets pass what was allowed, on its port alone', () => {
    const guard = addressGuard([{ cidr: '10.1.0.0/16', port: 9000 }, { cidr: 'fd12::/64', port: 80 }]);

    expect(() => guard.check('10.1.2.3', 9000)).not.toThrow();
    expect(() => guard.check('::ffff:10.1.2.3', 9000)).not.toThrow();
    expect(() => guard.check('fd12::7', 80)).not.toThrow();
    for (const [address, port] of [['10.1.2.3', 80], ['10.2.0.1', 9000], ['8.8.8.8', 9000], ['fd13::7', 80]] as const) {
      expect(() => guard.check(address, port), address).toThrow(expect.objectContaining({ code: 'ADDRESS_BLOCKED' }));
    }
  });

  test('refuses ranges that are none', () => {
    for (const allowed of [{ cidr: '10.0.0.1', port: 80 }, { cidr: '10.0.0.0/33', port: 80 }, { cidr: '10.0.0.0/8', port: 0 }, { cidr: 'localhost/32', port: 80 }]) {
      expect(() => addressGuard([allowed])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    }
  });
});

test('names under which clouds hand out credentials are known', () => {
  for (const name of ['metadata.google.internal', 'METADATA.google.internal.', 'metadata', 'metadata.tencentyun.com']) expect(isMetadataName(name), name).toBe(true);
  expect(isMetadataName('metadata.example.com')).toBe(false);
});
