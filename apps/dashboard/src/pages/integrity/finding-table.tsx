import type { Reply } from '../../api/call.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Pager } from '../../components/pager.tsx';
import { en } from '../../messages/en/integrity.ts';
import { zhCn } from '../../messages/zh-cn/integrity.ts';
import { ago, count, dateTime } from '../../state/format.ts';
import { language, wordsOf } from '../../state/language.ts';
import type { Pages } from '../../state/use-pages.ts';

type FindingPage = Reply<'GET /findings'>;
type Finding = FindingPage['items'][number];
const shownSamples = 3;
export const severityTones: Readonly<Record<Finding['severity'], Tone>> = { critical: 'bad', high: 'bad', medium: 'warn', low: 'info', info: 'plain' };

/** What is broken, each with proof. */
export function FindingTable({ findings }: { readonly findings: Pages<Finding, FindingPage> }) {
  const t = wordsOf(en, zhCn);
  return (
    <>
      {findings.items.length > 0 && (
        <DataTable caption={t.findings} rows={findings.items} rowKey={(each) => each.id} columns={[
          { id: 'what', label: t.what, cell: (each) => <><strong>{titleOf(each)}</strong>{typeof each.evidence['count'] === 'number' && <span class="number"> · {count(each.evidence['count'])}</span>}{each.entity && <div class="soft small mono">{each.entity}</div>}</> },
          { id: 'severity', label: t.severity, cell: ({ severity, fixable }) => <span class="row"><Badge tone={severityTones[severity]}>{t.severities[severity]}</Badge><span class="small soft">{fixable ? t.fixable : t.byHand}</span></span> },
          { id: 'evidence', label: t.evidence, cell: ({ evidence }) => <Samples of={evidence} /> },
          { id: 'since', label: t.since, isExtra: true, cell: ({ firstSeenAt }) => <time dateTime={firstSeenAt} title={dateTime(firstSeenAt)}>{ago(firstSeenAt)}</time> },
        ]} />
      )}
      <Pager of={findings} />
    </>
  );
}

function titleOf({ check, evidence }: Finding): string {
  const title = evidence[language.value === 'zh-CN' ? 'titleZh' : 'title'];
  return typeof title === 'string' ? title : check;
}

function Samples({ of }: { readonly of: Readonly<Record<string, unknown>> }) {
  const samples = Array.isArray(of['samples']) ? of['samples'] as readonly Readonly<Record<string, unknown>>[] : [];
  return <ul class="integrity-samples small">{samples.slice(0, shownSamples).map(({ id, ...facts }, at) => <li key={at}><span class="mono">{String(id)}</span> <span class="soft">{Object.entries(facts).map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ').slice(0, 120)}</span></li>)}{samples.length > shownSamples && <li class="soft">…</li>}</ul>;
}
