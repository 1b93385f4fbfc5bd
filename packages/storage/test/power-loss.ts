import path from 'node:path';
import type { FileOperation, Mark } from './file-operations.ts';

interface DataFile { readonly kind: 'file'; content: Buffer; durable: Buffer }
interface Folder { readonly kind: 'folder'; readonly durable: Map<string, Node>; readonly pending: EntryChange[] }
type Node = DataFile | Folder;
/** A name gets another node, or none. */
interface EntryChange { readonly name: string; readonly node: Node | null }

/** Subsets of at most so many entries are tried one by one: beyond, the newest are. */
const mostPending = 10;

/**
 * Replays operations on a file system that keeps nothing it was not made to: after each one the power fails, and of what was not synced
 * any part may have reached the disk, in any order. Entries of a folder are kept by a sync of the folder, bytes of a file by a sync
 * of the file; a rename puts the new name in place at once.
 * @param root folder of the store; what lies above it is taken to be on the disk
 * @returns what a reader would find that no promise allows, one sentence each
 */
export function afterPowerLoss(operations: readonly FileOperation[], root: string): string[] {
  const top: Folder = { kind: 'folder', durable: new Map(), pending: [] };
  const open = new Map<number, Node>();
  const promised = new Map<string, Set<string | null>>();
  const faults = new Set<string>();
  operations.forEach((operation, at) => {
    apply(operation, { top, root, open, promised });
    for (const [key, allowed] of promised) {
      for (const content of contentsAfter(top, key)) {
        if (!allowed.has(content)) faults.add(`${key} after step ${at + 1} (${operation.op}): ${JSON.stringify(content)} instead of ${JSON.stringify([...allowed])}`);
      }
    }
  });
  return [...faults];
}

interface State { readonly top: Folder; readonly root: string; readonly open: Map<number, Node>; readonly promised: Map<string, Set<string | null>> }

function apply(operation: FileOperation, state: State): void {
  if (operation.op === 'mark') return promise(state.promised, operation.mark);
  if (operation.op === 'write') return write(state.open.get(operation.file), operation.bytes);
  if (operation.op === 'sync') return sync(state.open.get(operation.file));
  const names = path.relative(state.root, operation.path).split(path.sep);
  if (names[0] === '..') return; // beside the store
  if (operation.op === 'open') return openAt(state, names, operation.file);
  if (operation.op === 'fill') return write(nodeAt(state.top, names), operation.bytes);
  if (names[0] === '') return; // the root itself
  const name = names.at(-1)!;
  const folder = nodeAt(state.top, names.slice(0, -1)) as Folder;
  if (operation.op === 'mkdir') folder.pending.push({ name, node: { kind: 'folder', durable: new Map(), pending: [] } });
  else if (!('from' in operation)) folder.pending.push({ name, node: null });
  else {
    const from = path.relative(state.root, operation.from).split(path.sep);
    folder.pending.push({ name, node: nodeAt(state.top, from)! });
    if (operation.op === 'rename') (nodeAt(state.top, from.slice(0, -1)) as Folder).pending.push({ name: from.at(-1)!, node: null });
  }
}

function promise(promised: State['promised'], { kind, key, content }: Mark): void {
  const allowed = promised.get(key) ?? new Set([null]);
  // A delete is acknowledged once readers see it; a power cut may bring the object back.
  promised.set(key, kind === 'ends' && content !== null ? new Set([content]) : new Set([...allowed, content]));
}

function openAt({ top, open }: State, names: readonly string[], file: number): void {
  let node = names[0] === '' ? top : nodeAt(top, names);
  if (!node) {
    node = { kind: 'file', content: Buffer.alloc(0), durable: Buffer.alloc(0) };
    (nodeAt(top, names.slice(0, -1)) as Folder).pending.push({ name: names.at(-1)!, node });
  }
  open.set(file, node);
}

function write(node: Node | undefined, bytes: Buffer): void {
  if (node?.kind === 'file') node.content = Buffer.concat([node.content, bytes]);
}

function sync(node: Node | undefined): void {
  if (node?.kind === 'file') node.durable = node.content;
  else if (node) for (const change of node.pending.splice(0)) setEntry(node.durable, change);
}

function setEntry(entries: Map<string, Node>, { name, node }: EntryChange): void {
  if (node) entries.set(name, node);
  else entries.delete(name);
}

/** What lies under a path while the power is on. */
function nodeAt(top: Folder, names: readonly string[]): Node | undefined {
  let node: Node | undefined = top;
  for (const name of names) node = node?.kind === 'folder' ? entriesOf(node, node.pending).get(name) : undefined;
  return node;
}

function entriesOf({ durable }: Folder, changes: readonly EntryChange[]): Map<string, Node> {
  const entries = new Map(durable);
  for (const change of changes) setEntry(entries, change);
  return entries;
}

/** All that a reader may find under a key after the power failed now; null for nothing. */
function contentsAfter(top: Folder, key: string): Set<string | null> {
  const found = new Set<string | null>();
  const look = (node: Node | undefined, names: readonly string[]): void => {
    if (node?.kind === 'file' && names.length === 0) {
      for (const content of [node.durable, node.content.subarray(0, node.content.length / 2), node.content]) if (content.length >= node.durable.length) found.add(String(content));
    } else if (node?.kind !== 'folder' || names.length === 0) found.add(null);
    else for (const next of possibleNodes(node, names[0]!)) look(next, names.slice(1));
  };
  look(top, key.split('/'));
  return found;
}

/** What a name may stand for: any subset of the changes that were not synced may have reached the disk. */
function possibleNodes(folder: Folder, name: string): Set<Node | undefined> {
  const changes = folder.pending.filter((change) => change.name === name).slice(-mostPending);
  const possible = new Set<Node | undefined>();
  for (let subset = 0; subset < 2 ** changes.length; subset += 1) possible.add(entriesOf(folder, changes.filter((_, at) => subset & (1 << at))).get(name));
  return possible;
}
