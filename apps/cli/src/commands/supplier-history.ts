import type { SupplierTrend } from '@1688/mirror';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { time } from '../flag.ts';

export const supplierHistory = command({
  name: 'supplier history', args: [{ name: 'id' }], store: 'existing',
  options: { from: option('--from <time>', time), step: option('--step <day|week|month>', z.enum(['day', 'week', 'month'], 'one of day, week, month').default('week')) },
  async run({ args, options: { from, step }, flows, mirror }): Promise<{ data: { periods: readonly SupplierTrend[] } }> {
    return { data: { periods: await flows.supplierTrends(mirror, args[0] ?? '', { since: from, step }) } };
  },
  show({ periods }: { readonly periods: readonly SupplierTrend[] }, { out, t }) {
    out.table(periods.map((each) => [each.name, each.products, each.newProducts, each.delisted, each.relisted, percentText(each.priceDrift, true), percentText(each.stockOutShare)]), {
      head: [t('head.from'), t('head.products'), t('head.newProducts'), t('head.delisted'), t('head.relisted'), t('head.priceDrift'), t('head.stockOut')],
    });
  },
});

function percentText(share: number | null, signed = false): string {
  if (share === null) return '';
  return `${signed && share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}
