import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { given, text } from '../flag.ts';

const rank = ['critical', 'high', 'medium', 'low', 'info'];

export const checkCommand = command({
  name: 'check', store: 'existing', options: { only: option('--only <checks>', text), deep: option('--deep', given) },
  async run({ options, flows, mirror, signal, onProgress }) {
    const data = await flows.check(mirror, { only: options.only?.split(','), deep: options.deep, signal, onProgress });
    const grave = data.findings.some((each) => rank.indexOf(each.severity) <= 2);
    const blind = data.unknown > 0;
    return { data, exitCode: blind ? exitCodes.unavailable : grave ? exitCodes.findings : exitCodes.done, next: data.findings.length > 0 ? ['1688sync fix', '1688sync fix --apply'] : [] };
  },
  show(data: { findings: { id: string; check: string; severity: string; count: number; evidence: unknown }[]; checked: number; unknowns: readonly { check: string; reason: string }[] }, { out, t }) {
    if (data.findings.length > 0) {
      out.table(data.findings.map((each) => [each.severity, each.check, each.count, JSON.stringify(each.evidence)]), { head: [t('head.severity'), t('head.check'), t('head.count'), t('head.evidence')] });
    }
    for (const each of data.unknowns) out.line(t('check.unknown', each));
    out.line(t('check.done', { findings: data.findings.length, checked: data.checked }));
  },
});
