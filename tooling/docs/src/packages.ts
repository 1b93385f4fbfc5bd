import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A package that users can install. */
export interface Published {
  readonly name: string;
  readonly version: string;
  /** Relative to the root. */
  readonly folder: string;
  /** Packages of this workspace that it brings along, without their own. */
  readonly needs: readonly string[];
}

/** Everything below packages/ and apps/ that is not private, by folder. */
export function publishedPackages(root: string): Published[] {
  const manifests = globSync('{packages,apps}/*/package.json', { cwd: root }).toSorted();
  return manifests.flatMap((file) => {
    const manifest = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as { name: string; version: string; private?: boolean; dependencies?: Record<string, string> };
    const needs = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith('@1688/'));
    return manifest.private ? [] : [{ name: manifest.name, version: manifest.version, folder: path.dirname(file), needs }];
  });
}

/** `names` and all they need, directly or not. */
export function withNeeds(names: readonly string[], all: readonly Published[]): string[] {
  const found = new Set(names);
  for (const name of found) for (const need of all.find((each) => each.name === name)?.needs ?? []) found.add(need);
  return [...found];
}
