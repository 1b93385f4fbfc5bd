import type { Finding, Report, Unknown } from './finding.ts';

export type ReportLanguage = 'en' | 'zh-CN';

const words = {
  en: {
    title: 'Consistency report', good: 'Everything that was looked at is in order.', findings: 'Findings', severity: 'Severity', count: 'Count', first: 'First seen', times: 'Times seen', fix: 'What a fix does', none: 'for a person to decide',
    examples: 'examples', unknown: 'Without an answer', check: 'Check', reason: 'Reason', things: 'Things', all: 'the whole check', unfinished: 'Not finished within the budget', checked: 'Checks with an answer',
  },
  'zh-CN': {
    title: '一致性报告', good: '所检查的内容均正常。', findings: '问题', severity: '严重度', count: '数量', first: '首次发现', times: '发现次数', fix: '修复方式', none: '需人工判断',
    examples: '示例', unknown: '未知（无法判断）', check: '检查项', reason: '原因', things: '数量', all: '整项检查', unfinished: '预算内未完成', checked: '已得出结论的检查项',
  },
} as const;

/** A page for people: no scripts, nothing loaded from elsewhere, all text of the store escaped. */
export function reportHtml(report: Report, { language = 'en', at = new Date() }: { readonly language?: ReportLanguage; readonly at?: Date } = {}): string {
  const w = words[language];
  const { findings, unknowns, unfinished } = report;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${w.title}</title>
<style>
body { font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ddd }
code { font-size: .9em; overflow-wrap: anywhere } .critical, .high { color: #a40000; font-weight: 600 } .medium { color: #8a5300; font-weight: 600 } .low, .info { color: #555 }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616 } th, td { border-color: #444 } .critical, .high { color: #ff8f85 } .medium { color: #ffc069 } .low, .info { color: #aaa } }
</style>
</head>
<body>
<h1>${w.title}</h1>
<p><time datetime="${at.toISOString()}">${shownTime(at)}</time> · ${w.checked}: ${report.checked}</p>
${findings.length === 0 && unknowns.length === 0 ? `<p>${w.good}</p>` : ''}
${findings.length === 0 ? '' : `<h2>${w.findings}</h2>
<table><thead><tr><th>${w.severity}</th><th>${w.count}</th><th>${w.check}</th><th>${w.first}</th><th>${w.times}</th><th>${w.fix}</th></tr></thead><tbody>
${findings.map((each) => findingRow(each, language)).join('\n')}
</tbody></table>`}
${unknowns.length === 0 ? '' : `<h2>${w.unknown}</h2>
<table><thead><tr><th>${w.check}</th><th>${w.things}</th><th>${w.reason}</th></tr></thead><tbody>
${unknowns.map((each) => unknownRow(each, w.all)).join('\n')}
</tbody></table>`}
${unfinished.length === 0 ? '' : `<h2>${w.unfinished}</h2>\n<p>${unfinished.map(escaped).join(', ')}</p>`}
</body>
</html>
`;
}

function findingRow({ check, severity, count, fix, evidence, firstSeenAt, seenCount }: Finding, language: ReportLanguage): string {
  const w = words[language];
  const samples = evidence.samples.map(({ id, ...facts }) => `<li><code>${escaped(id)}</code> ${Object.keys(facts).length > 0 ? `<code>${escaped(JSON.stringify(facts))}</code>` : ''}</li>`);
  return `<tr><td class="${severity}">${severity}</td><td>${count}</td>
<td><strong>${escaped(language === 'zh-CN' ? evidence.titleZh : evidence.title)}</strong><br><code>${escaped(check)} · ${escaped(evidence.entity)}</code>
<details><summary>${w.examples}</summary><ul>${samples.join('')}</ul></details></td>
<td>${firstSeenAt ? shownTime(firstSeenAt) : ''}</td><td>${seenCount}</td><td>${fix === null ? w.none : escaped(fix)}</td></tr>`;
}

function unknownRow({ check, count, reason, samples }: Unknown, all: string): string {
  return `<tr><td>${escaped(check)}</td><td>${count ?? all}</td><td>${escaped(reason)} ${samples.map((each) => `<code>${escaped(each)}</code>`).join(' ')}</td></tr>`;
}

const shownTime = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Text of the store may hold anything. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`).replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '\uFFFD');
}
