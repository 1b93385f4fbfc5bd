import { z } from 'zod';
import { command, option, type CommandContext, type CommandResult } from '../command.ts';
import { count, given } from '../flag.ts';

export const changesCommand = command({
  name: 'changes', store: 'existing',
  options: {
    since: option('--since <seq>', z.string().regex(/^\d{1,18}$/, 'a sequence number').default('0')),
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(100)),
    follow: option('--follow', given),
  },
  async run(context) {
    const { options, flows, mirror, signal } = context;
    if (options.follow) return follow(context, options.since);
    const data = await flows.listChanges(mirror, { since: BigInt(options.since), limit: options.limit, signal });
    return { data, next: data.items.length === options.limit ? [`1688sync changes --since ${data.nextSince}`] : [] };
  },
  show({ items }: { items: { seq: string; kind: string; entity: string; sourceId: string; fields: Record<string, unknown> }[] }, { out, t }) {
    out.table(items.map((item) => [item.seq, item.kind, item.entity, item.sourceId, Object.keys(item.fields).join(', ')]), { head: ['seq', t('head.change'), t('head.entity'), 'ID', t('head.field')] });
  },
});

/** Prints entries as they come, one a line; with `--json` each is a document. The cursor is told at the end. */
async function follow({ flows, mirror, signal, out, json, say, t }: Pick<CommandContext, 'flows' | 'mirror' | 'signal' | 'out' | 'json' | 'say' | 't'>, since: string): Promise<CommandResult> {
  let nextSince = since;
  for await (const { seq, ...change } of flows.followChanges(mirror, BigInt(since), { signal })) {
    nextSince = seq.toString();
    const { kind, entity, sourceId, fields } = change;
    await out.write(json ? JSON.stringify({ seq: nextSince, ...change }) : [nextSince, kind, entity, sourceId, Object.keys(fields).join(', ')].join('  '));
  }
  say(t('changes.resume', { since: nextSince }));
  return { data: { items: [], nextSince }, streamed: true };
}
