import { command } from '../command.ts';
import { durationText } from '../duration-text.ts';
import { sizeText } from '../size-text.ts';
import { rateText, type ShownRun } from './sync-list.ts';

interface WholeRun extends ShownRun {
  readonly profile: string | null;
  readonly input: string | null;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly duplicates: number;
  readonly successRate: number | null;
  readonly secondsLeft: number | null;
  readonly heartbeatAt: Date;
  readonly finishedAt: Date | null;
  readonly checkpoint: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly attemptLog: readonly { readonly startedAt: Date; readonly endedAt: Date | null; readonly status: string; readonly readBefore: number; readonly read: number; readonly peakMemoryBytes: number | null }[];
}

export const syncShow = command({
  name: 'sync show', args: [{ name: 'id' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    const run = await flows.getSyncRecord(mirror, args[0] ?? '');
    const next = [...(run.status === 'running' ? [`1688sync sync cancel ${run.id}`] : []), ...(run.rejected > 0 ? [`1688sync rejects list --sync ${run.id}`] : [])];
    return { data: run, next };
  },
  show(run: WholeRun, { out, t }) {
    const memory = (bytes: number | null): string => (bytes === null ? '' : sizeText(bytes));
    const rows: readonly (readonly [string, string | number | null])[] = [
      ['ID', run.id], [t('head.kind'), run.kind], [t('head.scope'), run.scope], [t('head.state'), run.silent ? t('sync.silent', { status: run.status }) : run.status],
      [t('head.input'), run.input], [t('head.profile'), run.profile],
      [t('head.read'), run.read], [t('head.committed'), `${run.committed} = ${run.created} ${t('head.created')} + ${run.updated} ${t('head.updated')} + ${run.unchanged} ${t('head.unchanged')}`],
      [t('head.duplicates'), run.duplicates], [t('head.rejected'), run.rejected], [t('head.successRate'), run.successRate === null ? '' : `${(run.successRate * 100).toFixed(1)} %`],
      [t('head.perSecond'), rateText(run.recordsPerSecond)], [t('head.duration'), durationText(run.workedMs)], [t('head.timeLeft'), run.secondsLeft === null ? '' : durationText(run.secondsLeft * 1_000)],
      [t('head.memory'), memory(run.peakMemoryBytes)], [t('head.startedAt'), run.startedAt.toISOString()], [t('head.heartbeatAt'), run.heartbeatAt.toISOString()],
      [t('head.finishedAt'), run.finishedAt?.toISOString() ?? ''], [t('head.checkpoint'), run.checkpoint === null ? '' : JSON.stringify(run.checkpoint)],
    ];
    out.table(rows.filter(([, value]) => value !== null && value !== '').map(([name, value]) => [name, String(value)]));
    if (run.attemptLog.length > 0) {
      out.line();
      out.table(run.attemptLog.map((each, index) => [
        run.attempts - run.attemptLog.length + index + 1, each.status, each.read - each.readBefore, memory(each.peakMemoryBytes), each.startedAt.toISOString(), each.endedAt?.toISOString() ?? '',
      ]), { head: [t('head.attempt'), t('head.state'), t('head.read'), t('head.memory'), t('head.startedAt'), t('head.finishedAt')] });
    }
    if (run.errors.length > 0) {
      out.line();
      out.table(run.errors.map((each) => [each.code, each.message]), { head: [t('head.code'), t('head.reason')] });
    }
  },
});
