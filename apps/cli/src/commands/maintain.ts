import { z } from 'zod';
import { command, option } from '../command.ts';
import { given } from '../flag.ts';
import { sizeText } from '../size-text.ts';
import type { MessageKey } from '../messages/en.ts';

interface Shown {
  readonly deleted: { readonly syncRecords: number; readonly rejects: number; readonly historyPoints: number; readonly trashObjects: number; readonly trashBytes: number };
  readonly interrupted: readonly string[];
  readonly work: readonly { readonly table: string; readonly work: string; readonly reason: string }[];
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly deadRows: number; readonly tableBytes: number; readonly indexBytes: number; readonly bloatBytes: number | null }[];
  readonly indexes: readonly { readonly index: string; readonly table: string; readonly scans: number; readonly sizeBytes: number; readonly valid: boolean; readonly duplicateOf: string | null }[];
  readonly slowQueries: readonly { readonly query: string; readonly calls: number; readonly meanMs: number; readonly maxMs: number }[] | null;
  readonly advice: readonly { readonly kind: string; readonly subject: string; readonly message: string; readonly sql: string | null }[];
}

const daysFlag = z.coerce.number({ error: 'a whole number of days' }).int('a whole number of days').min(0, 'at least 0').max(100_000, 'at most 100000');

export const maintainCommand = command({
  name: 'maintain', store: 'existing',
  options: {
    optimize: option('--optimize', given), keepDays: option('--keep-days <days>', daysFlag.default(90)), historyDays: option('--history-days <days>', daysFlag.optional()), trashDays: option('--trash-days <days>', daysFlag.default(30)), dryRun: option('--dry-run', given),
    slowMs: option('--slow-ms <milliseconds>', z.coerce.number({ error: 'a number of milliseconds' }).min(0, 'at least 0').default(100)),
  },
  async run({ options, flows, mirror, signal, onProgress }) {
    const data = await flows.maintainStore(mirror, { ...options, signal, onProgress });
    const wanting = !options.optimize && data.advice.some((each) => each.kind === 'table-dead-rows');
    return { data, next: options.dryRun || wanting ? ['1688sync maintain --optimize'] : [] };
  },
  show({ deleted, interrupted, work, tables, indexes, slowQueries, advice }: Shown, { out, t }) {
    out.line(t('maintain.deleted', { runs: deleted.syncRecords, rejects: deleted.rejects, points: deleted.historyPoints, interrupted: interrupted.length }));
    if (deleted.trashObjects > 0) out.line(t('maintain.trash', { objects: deleted.trashObjects, size: sizeText(deleted.trashBytes) }));
    for (const each of work) out.line(`${each.work}  ${each.table}  (${t(`maintain.reason.${each.reason}` as MessageKey)})`);
    out.line();
    out.table(tables.map((each) => [each.table, each.rows, each.deadRows, sizeText(each.tableBytes), sizeText(each.indexBytes), each.bloatBytes === null ? '' : sizeText(each.bloatBytes)]), {
      head: [t('head.table'), t('head.rows'), t('head.deadRows'), t('head.size'), t('head.indexes'), t('head.bloat')],
    });
    out.line();
    out.table(indexes.toSorted((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 20).map((each) => [each.index, each.table, each.scans, sizeText(each.sizeBytes)]), {
      head: [t('head.index'), t('head.table'), t('head.scans'), t('head.size')],
    });
    if (slowQueries && slowQueries.length > 0) {
      out.line();
      out.table(slowQueries.map((each) => [each.calls, Math.round(each.meanMs), Math.round(each.maxMs), each.query]), { head: [t('head.calls'), t('head.meanMs'), t('head.maxMs'), t('head.query')] });
    }
    if (advice.length === 0) return;
    out.line();
    out.table(advice.map((each) => [t(`maintain.advice.${each.kind}` as MessageKey), each.subject, each.sql ?? '']), { head: [t('head.advice'), t('head.about'), t('head.sql')] });
  },
});
