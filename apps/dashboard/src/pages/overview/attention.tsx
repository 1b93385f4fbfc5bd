import { call } from '../../api/call.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Section } from '../../components/page-head.tsx';
import { Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/overview.ts';
import { zhCn } from '../../messages/zh-cn/overview.ts';
import { ago, count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad } from '../../state/use-load.ts';
import type { Backup, Stats } from './figure-tiles.tsx';

interface Matter {
  readonly id: string;
  readonly tone: Tone;
  readonly text: string;
  readonly hint: string;
  readonly href: string;
}
const mostCounted = 200;
const oldBackupMs = 7 * 86_400_000;

/** What somebody should look at, the worst first. */
export function Attention({ stats, backup }: { readonly stats: Stats; readonly backup: Backup | null }) {
  const t = wordsOf(en, zhCn);
  const asked = useLoad(async (signal) => {
    const [findings, stuck] = await Promise.all([call('GET /findings', { query: { limit: mostCounted }, signal }), call('GET /sync-records', { query: { stuck: 'true', limit: mostCounted }, signal })]);
    return { findings: findings.items, more: findings.nextCursor !== null, stuck: stuck.items.length };
  }, []);
  return (
    <Section title={t.attention}>
      <Loaded of={asked}>
        {({ findings, more, stuck }) => {
          const worst = findings.some(({ severity }) => severity === 'critical' || severity === 'high');
          const matters: Matter[] = [
            ...(findings.length > 0 ? [{ id: 'findings', tone: worst ? 'bad' as const : 'warn' as const, text: t.findings(`${count(findings.length)}${more ? '+' : ''}`), hint: t.findingsHint, href: '/integrity' }] : []),
            ...(stuck > 0 ? [{ id: 'stuck', tone: 'bad' as const, text: t.stuck(count(stuck)), hint: t.stuckHint, href: '/runs' }] : []), ...backupMatters(backup), ...countMatters(stats),
          ];
          return matters.length === 0 ? <p class="row"><Badge tone="good">✓</Badge>{t.fine}</p> : <ul class="plain matters">{matters.map((matter) => <MatterLine key={matter.id} {...matter} />)}</ul>;
        }}
      </Loaded>
    </Section>
  );

  function backupMatters(last: Backup | null): Matter[] {
    const matter = (text: string, tone: Tone): Matter[] => [{ id: 'backup', tone, text, hint: t.backupHint, href: '/backups' }];
    if (last === null || last.takenAt === null) return matter(t.noBackup, 'bad');
    if (Date.now() - Date.parse(last.takenAt) > oldBackupMs) return matter(t.oldBackup(ago(last.takenAt)), 'warn');
    return last.verifiedAt === null ? matter(t.unverified, 'warn') : [];
  }

  function countMatters({ images: { byState }, syncs }: Stats): Matter[] {
    const failed = byState['failed'] ?? 0;
    const pending = byState['pending'] ?? 0;
    const rejected = syncs.byDay.reduce((sum, day) => sum + day.rejected, 0);
    return [
      ...(failed > 0 ? [{ id: 'failed', tone: 'warn' as const, text: t.failed(count(failed)), hint: t.failedHint, href: '/storage' }] : []),
      ...(rejected > 0 ? [{ id: 'rejects', tone: 'warn' as const, text: t.rejects(count(rejected)), hint: t.rejectsHint, href: '/runs' }] : []),
      ...(pending > 0 ? [{ id: 'pending', tone: 'info' as const, text: t.pending(count(pending)), hint: t.failedHint, href: '/storage' }] : []),
    ];
  }
}

function MatterLine({ tone, text, hint, href }: Matter) {
  return <li><Badge tone={tone}>{tone === 'bad' ? '!!' : tone === 'warn' ? '!' : 'i'}</Badge><span><a href={href}>{text}</a><br /><span class="small soft">{hint}</span></span></li>;
}
