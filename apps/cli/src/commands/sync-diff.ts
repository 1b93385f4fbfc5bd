import { z } from 'zod';
import { command, option } from '../command.ts';
import { count } from '../flag.ts';

interface Shown {
  readonly revertedBy: string | null;
  readonly kinds: Readonly<Record<string, number>>;
  readonly fields: Readonly<Record<string, number>>;
  readonly items: readonly { readonly seq: string; readonly kind: string; readonly entity: string; readonly sourceId: string; readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>> }[];
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? '';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

export const syncDiff = command({
  name: 'sync diff', args: [{ name: 'id' }], store: 'existing',
  options: {
    since: option('--since <seq>', z.string().regex(/^\d{1,18}$/, 'a sequence number').default('0')),
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(100)),
  },
  async run({ args, options, flows, mirror, signal }) {
    const data = await flows.diffRun(mirror, args[0] ?? '', { since: BigInt(options.since), limit: options.limit, signal });
    const more = data.items.length === options.limit ? [`1688sync sync diff ${data.runId} --since ${data.nextSince}`] : [];
    return { data, next: data.items.length > 0 && data.revertedBy === null ? [...more, `1688sync sync revert ${data.runId} --dry-run`] : more };
  },
  show({ revertedBy, kinds, fields, items }: Shown, { out, t }) {
    if (revertedBy !== null) out.line(t('diff.reverted', { run: revertedBy }));
    out.table([...Object.entries(kinds), ...Object.entries(fields)], { head: [t('head.change'), t('head.entries')] });
    if (items.length === 0) return;
    out.line();
    out.table(items.flatMap(({ kind, sourceId, fields: moved }) => {
      const names = Object.entries(moved);
      return names.length === 0 ? [[kind, sourceId, '', '', '']] : names.map(([field, { before, after }]) => [kind, sourceId, field, shown(before), shown(after)]);
    }), { head: [t('head.change'), 'ID', t('head.field'), t('head.before'), t('head.after')] });
  },
});
