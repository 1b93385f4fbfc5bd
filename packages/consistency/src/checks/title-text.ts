import { defineCheck, type CheckContext } from '../check.ts';
import { fault, type Severity } from '../finding.ts';
import { touched } from '../touched.ts';

/** What a title must not hold, with the SQL that says so; only the first that holds is told. */
const problems: readonly { readonly name: string; readonly condition: string; readonly severity: Severity }[] = [
  { name: 'control characters', condition: String.raw`title ~ '[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F]'`, severity: 'medium' },
  // The others come with real data, as somebody before us misread the text: they are worth knowing, and only the source can mend them.
  { name: 'U+FFFD', condition: String.raw`position(U&'\FFFD' in title) > 0`, severity: 'low' },
  { name: 'UTF-8 read as GBK', condition: "title ~ '锟斤|斤拷|鐨勫|锛屾|鈥滃|銆傚'", severity: 'low' },
  { name: 'UTF-8 read as Latin-1', condition: String.raw`title ~ '[\u00E2-\u00EF][\u0080-\u00BF\u0152-\u017E\u02C6\u02DC\u2013-\u203A\u20AC\u2122]{2}'`, severity: 'low' },
  { name: 'not in NFC', condition: 'title is not nfc normalized', severity: 'low' },
];

export const titleText = defineCheck({
  id: 'title-text',
  title: 'Titles with control characters or unreadable ones',
  titleZh: '标题含控制字符或无法识别的字符（乱码）',
  severity: 'medium',
  kind: 'sql',
  needs: ['products.title', 'products.source_id', 'products.deleted_at'],
  async *find(context) {
    const kind = `case ${problems.map(({ condition }, index) => `when ${condition} then ${index}`).join(' ')} end`;
    for await (const { id, offer, title, problem } of titles(context, kind)) {
      const found = problems[problem];
      if (found) yield fault(`products.title (${found.name})`, id, { offerId: offer, title, problem: found.name }, { key: { id }, fixable: false, severity: found.severity });
    }
  },
});

function titles(context: CheckContext, kind: string): AsyncGenerator<{ id: string; offer: string; title: string; problem: number }> {
  const { session } = context;
  return session.stream(session.sql(
    `select id::text, source_id as offer, left(title, 80) as title, problem from (select *, ${kind} as problem from ? as t where ? and deleted_at is null) as t where problem is not null`,
    [session.named('products'), touched(context, 'products')],
  ));
}
