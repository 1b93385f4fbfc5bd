import { call } from '../../api/call.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/integrity.ts';
import { zhCn } from '../../messages/zh-cn/integrity.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad } from '../../state/use-load.ts';

const shownActions = 100;

/** The very rows that a plan would change, what it leaves out, and the button to do it. */
export function PlanView({ id, onApply }: { readonly id: string; readonly onApply: (actions: number) => void }) {
  const t = wordsOf(en, zhCn);
  const plan = useLoad((signal) => call('GET /plans/{id}', { params: { id }, signal }), [id]);
  return (
    <Loaded of={plan} lines={5}>{({ actions, total, refused }) => (
      <div class="stack">
        {total === 0 ? <Empty title={t.noActions} /> : (
          <>
            <div class="row"><strong>{t.actions(total)}</strong><button type="button" class="button primary" onClick={() => { onApply(total); }}>{t.apply}</button></div>
            {total > shownActions && <p class="soft small">{t.firstOnly(shownActions, total)}</p>}
            <DataTable caption={t.planTitle} rows={actions.slice(0, shownActions)} rowKey={(each) => `${each.finding} ${each.action} ${each.target}`} columns={[
              { id: 'target', label: t.target, cell: (each) => <span class="mono small">{each.target}</span> },
              { id: 'action', label: t.action, cell: (each) => <><span class="whole">{each.action}</span><div class="soft small">{each.check}</div></> },
              { id: 'table', label: t.table, isExtra: true, cell: (each) => <span class="mono small">{each.table}</span> },
              { id: 'before', label: t.before, cell: (each) => <span class="mono small">{JSON.stringify(each.before).slice(0, 160)}</span> },
            ]} />
          </>
        )}
        {refused.length > 0 && (
          <DataTable caption={t.refused} rows={refused} rowKey={(each) => each.finding} columns={[
            { id: 'check', label: t.refused, cell: (each) => each.check }, { id: 'reason', label: t.reason, cell: (each) => each.reason }, { id: 'count', label: '#', isNumber: true, cell: (each) => each.count },
          ]} />
        )}
      </div>
    )}</Loaded>
  );
}
