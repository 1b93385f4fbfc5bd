import type { Flows } from '../command.ts';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { count, given } from '../flag.ts';
import type { Output } from '../output.ts';

interface Item { readonly seq: string | bigint; readonly kind: string; readonly entity: string; readonly sourceId: string; readonly fields: object }

const pageLimit = 100;

export const changesCommand = command({
  name: 'changes', store: 'existing',
  options: {
    since: option('--since <seq>', z.string().regex(/^\d{1,18}$/, 'a sequence number').default('0')),
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').optional()),
    follow: option('--follow', given),
  },
  async run({ options, flows, mirror, signal, out, json }) {
    const since = BigInt(options.since);
    if (options.follow) {
      const data = await follow(flows.followChanges(mirror, since, { signal }), { since, limit: options.limit ?? Infinity, out, json });
      return { data, streamed: true, next: [`1688sync changes --since ${data.nextSince} --follow`] };
    }
    const limit = options.limit ?? pageLimit;
    const data = await flows.listChanges(mirror, { since, limit, signal });
    return { data, next: data.items.length === limit ? [`1688sync changes --since ${data.nextSince}`] : [] };
  },
  show({ items }: { items: readonly Item[] }, { out, t }) {
    out.table(items.map(cells), { head: ['seq', t('head.change'), t('head.entity'), 'ID', t('head.field')] });
  },
});

/** Each change as it comes: a JSON line, or a line to read. Ends with the signal, or after `limit`. */
async function follow(changes: ReturnType<Flows['followChanges']>, { since, limit, out, json }: { readonly since: bigint; readonly limit: number; readonly out: Output; readonly json: boolean }): Promise<{ changes: number; nextSince: string }> {
  let seen = 0;
  let last = since;
  for await (const change of changes) {
    if (json) await out.write(JSON.stringify({ ...change, seq: change.seq.toString() }));
    else out.table([cells(change)]);
    last = change.seq;
    seen += 1;
    if (seen >= limit) break;
  }
  return { changes: seen, nextSince: last.toString() };
}

function cells({ seq, kind, entity, sourceId, fields }: Item): string[] {
  return [seq.toString(), kind, entity, sourceId, Object.keys(fields).join(', ')];
}
