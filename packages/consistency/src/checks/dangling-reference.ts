import { defineCheck, type CheckContext } from '../check.ts';
import { fault, type Judgement } from '../finding.ts';
import { rowId, rowTarget, type ActionTarget, type RowStep, type StepContext } from '../fix-step.ts';
import { isOurModel, referencesOf, type Reference } from '../known-model.ts';
import { planRecount, recount } from '../reference-count.ts';
import { refetchValues } from '../refetch.ts';
import { isReferredToByNobody, keyOfRow, refersToNothing } from '../row-key.ts';
import type { Sql } from '../session.ts';
import { touched } from '../touched.ts';

/** Rows whose parent does not exist, for every reference that the schema declares or our model expects. */
export const danglingReference = defineCheck({
  id: 'dangling-reference',
  title: 'Rows that refer to a row that does not exist',
  titleZh: '悬空引用：所指的记录不存在',
  severity: 'critical',
  kind: 'sql',
  async *find(context) {
    for (const reference of referencesOf(context.catalog)) yield* danglingRows(context, reference);
  },
  fix: {
    action: 'detach',
    population: 'products',
    steps: [step('clear-reference'), step('delete-orphan'), step('refetch'), recount],
    async plan({ catalog, session }, { entity, key }) {
      const reference = referencesOf(catalog).find((each) => entityOf(each) === entity);
      if (!reference || reference.mend === 'none') return [];
      const action = { clear: 'clear-reference', delete: 'delete-orphan', refetch: 'refetch' }[reference.mend];
      const after = action === 'delete-orphan' && reference.table === 'product_images' && isOurModel(catalog) ? await planRecount(session, key['id'] ?? '') : [];
      return [rowTarget(action, reference.table, key, { reference: entity }), ...after];
    },
  },
});

async function* danglingRows(context: CheckContext, reference: Reference): AsyncGenerator<Judgement> {
  const { session, catalog } = context;
  const table = catalog.tables.get(reference.table);
  if (!table) return;
  const values = reference.columns.map((column) => session.sql('?::text', [session.column(column)]));
  const rows = session.stream<{ key: Record<string, string>; value: string }>(session.sql(
    "select ? as key, concat_ws('/', ?) as value from ? as t where ? and ?",
    [keyOfRow(session, table), session.sql(values.map(() => '?').join(', '), values), session.named(reference.table), touched(context, reference.table), refersToNothing(session, reference)],
  ));
  for await (const { key, value } of rows) {
    const evidence = { column: reference.columns.join(', '), refersTo: `${reference.parent}/${value}`, constraint: reference.declared ? reference.name : null };
    yield fault(entityOf(reference), rowId(key), evidence, { key, severity: reference.severity, fixable: table.primaryKey.length > 0 && reference.mend !== 'none' });
  }
}

const entityOf = (reference: Reference): string => `${reference.table}.${reference.columns.join('+')}`;

function step(name: 'clear-reference' | 'delete-orphan' | 'refetch'): RowStep {
  return {
    kind: 'row',
    name,
    values(context, action) {
      if (name === 'delete-orphan') return null;
      if (name === 'refetch') return refetchValues(context.session);
      const reference = referenceOf(context, action);
      const columns = context.catalog.tables.get(action.table)?.columns;
      const clearable = (reference?.columns ?? []).filter((column) => columns?.get(column)?.required === false);
      return Object.fromEntries(clearable.map((column) => [column, context.session.sql('null')]));
    },
    stillBroken(context, action): Sql {
      const { session } = context;
      const reference = referenceOf(context, action);
      if (!reference) return session.sql('false');
      const dangling = refersToNothing(session, reference);
      if (name !== 'delete-orphan') return dangling;
      const children = referencesOf(context.catalog).filter((each) => each.parent === action.table && each.parentSchema === session.schema);
      return session.sql('? and ?', [dangling, isReferredToByNobody(session, children)]);
    },
  };
}

function referenceOf({ catalog }: StepContext, { facts }: ActionTarget): Reference | undefined {
  return referencesOf(catalog).find((each) => entityOf(each) === facts['reference']);
}
