import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';

/**
 * Control characters, which an import removes, and U+FFFD, which stands where somebody before us could not read the text.
 * The second comes with real data, so it is only low.
 */
export const titleText = defineCheck({
  id: 'title-text',
  title: 'Titles with control characters or unreadable ones',
  titleZh: '标题含控制字符或无法识别的字符（乱码）',
  severity: 'medium',
  kind: 'sql',
  needs: ['products.title', 'products.source_id', 'products.deleted_at'],
  async *find({ session }) {
    const rows = session.stream<{ id: string; offer: string; title: string; control: boolean }>(session.sql(
      `select id::text, source_id as offer, left(title, 80) as title, title ~ ${controls} as control from ?
       where (title ~ ${controls} or position(U&'\\FFFD' in title) > 0) and deleted_at is null`,
      [session.named('products')],
    ));
    for await (const { id, offer, title, control } of rows) {
      const what = { offerId: offer, title, problem: control ? 'control character' : 'U+FFFD' };
      yield fault(control ? 'products.title (control characters)' : 'products.title (U+FFFD)', id, what, { key: { id }, fixable: false, severity: control ? null : 'low' });
    }
  },
});

const controls = String.raw`'[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F]'`;
