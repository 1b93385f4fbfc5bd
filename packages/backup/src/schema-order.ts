import { SyncError } from '@1688/core';

/**
 * Orders things so that each stands behind what it needs; those that are free keep their order.
 * @throws FEATURE_UNAVAILABLE for a circle, naming it
 */
export function inOrder(nodes: readonly string[], dependencies: readonly { readonly from: string; readonly to: string }[]): string[] {
  const known = new Set(nodes);
  const needs = new Map<string, string[]>();
  for (const { from, to } of dependencies) {
    if (known.has(from) && known.has(to)) needs.set(from, [...(needs.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const visiting = new Set<string>();
  const ordered: string[] = [];
  const visit = (node: string): void => {
    if (done.has(node)) return;
    if (visiting.has(node)) {
      throw new SyncError('FEATURE_UNAVAILABLE', `Expected the objects of the schema to depend on each other without a circle, received one: ${[...visiting, node].join(' → ')}.`);
    }
    visiting.add(node);
    for (const each of needs.get(node) ?? []) visit(each);
    visiting.delete(node);
    done.add(node);
    ordered.push(node);
  };
  for (const node of nodes) visit(node);
  return ordered;
}

/** `starts`, and everything that needs one of them, directly or not. */
export function dependents(starts: Iterable<string>, dependencies: readonly { readonly from: string; readonly to: string }[]): Set<string> {
  const found = new Set(starts);
  for (let grown = true; grown;) {
    const before = found.size;
    for (const { from, to } of dependencies) if (found.has(to)) found.add(from);
    grown = found.size > before;
  }
  return found;
}
