import { has, type Catalog, type CatalogReference } from './catalog.ts';
import type { Severity } from './finding.ts';

/**
 * What becomes of a row that refers to nothing: the reference is emptied, the row goes (its image stays in the journal), the
 * picture is fetched again, or a person decides, because the row itself is evidence.
 */
export type Mend = 'clear' | 'delete' | 'refetch' | 'none';

/** A reference to check, with what our model knows of it. */
export interface Reference extends CatalogReference {
  readonly mend: Mend;
  readonly severity: Severity;
  /** False when the catalog has no such constraint. */
  readonly declared: boolean;
}

/** A key of our model over plain columns that must stay unique, also when its index is gone. */
export interface NaturalKey {
  readonly table: string;
  readonly columns: readonly string[];
  /** Condition of a partial index: this column is null, or is not. */
  readonly when?: { readonly column: string; readonly isNull: boolean };
}

interface KnownReference {
  readonly table: string;
  readonly column: string;
  readonly parent: string;
  readonly parentColumn: string;
  readonly mend: Mend;
  readonly severity: Severity;
}

const reference = (from: string, to: string, mend: Mend, severity: Severity): KnownReference => {
  const [table = '', column = ''] = from.split('.');
  const [parent = '', parentColumn = ''] = to.split('.');
  return { table, column, parent, parentColumn, mend, severity };
};

/** The references of our own tables: a dropped constraint is noticed only by who knows that it should be there. */
export const knownReferences: readonly KnownReference[] = [
  reference('supplier_aliases.supplier_id', 'suppliers.id', 'delete', 'high'),
  reference('products.supplier_id', 'suppliers.id', 'clear', 'critical'),
  reference('skus.product_id', 'products.id', 'delete', 'critical'),
  reference('price_tiers.product_id', 'products.id', 'delete', 'critical'),
  reference('price_tiers.sku_id', 'skus.id', 'delete', 'critical'), // emptied it would become a tier of the product
  reference('product_images.product_id', 'products.id', 'delete', 'high'),
  reference('product_images.sha256', 'image_objects.sha256', 'refetch', 'high'),
  reference('image_variants.sha256', 'image_objects.sha256', 'delete', 'medium'),
  reference('image_decisions.product_id', 'products.id', 'delete', 'low'),
  reference('image_decisions.other_product_id', 'products.id', 'delete', 'low'),
  reference('history_points.product_id', 'products.id', 'delete', 'high'),
  reference('tellings.product_id', 'products.id', 'delete', 'low'),
  reference('sync_rejects.sync_record_id', 'sync_records.id', 'none', 'medium'),
  reference('sightings.sync_record_id', 'sync_records.id', 'none', 'medium'),
  reference('full_scans.sync_record_id', 'sync_records.id', 'delete', 'medium'),
  reference('watch_alerts.watch_id', 'watches.id', 'delete', 'medium'),
  reference('consistency_findings.first_run_id', 'consistency_runs.id', 'clear', 'low'),
  reference('consistency_findings.last_run_id', 'consistency_runs.id', 'clear', 'low'),
  reference('consistency_actions.run_id', 'consistency_runs.id', 'none', 'medium'),
  reference('consistency_actions.finding_id', 'consistency_findings.id', 'clear', 'low'),
];

export const naturalKeys: readonly NaturalKey[] = [
  { table: 'suppliers', columns: ['source_id'] },
  { table: 'supplier_aliases', columns: ['kind', 'value'] },
  { table: 'products', columns: ['source_id'] },
  { table: 'skus', columns: ['product_id', 'source_id'] },
  { table: 'price_tiers', columns: ['product_id', 'min_quantity'], when: { column: 'sku_id', isNull: true } },
  { table: 'price_tiers', columns: ['sku_id', 'min_quantity'], when: { column: 'sku_id', isNull: false } },
  { table: 'image_objects', columns: ['sha256'] },
  { table: 'image_variants', columns: ['sha256', 'recipe'] },
  { table: 'product_images', columns: ['product_id', 'role', 'canonical_url'] },
  { table: 'payloads', columns: ['source_id', 'kind', 'hash'] },
  { table: 'full_scans', columns: ['sync_record_id'] },
  { table: 'consistency_findings', columns: ['fingerprint'] },
];

/** True for a schema that our migrations made; others are checked by their catalog alone. */
export function isOurModel(catalog: Catalog): boolean {
  return has(catalog, ['store.lineage', 'products.source_id', 'consistency_runs', 'consistency_actions']);
}

/** Every reference of a schema: those it declares, and those that our model expects. Rows that others refer to come last. */
export function referencesOf(catalog: Catalog): readonly Reference[] {
  const ours = isOurModel(catalog);
  const declared = catalog.references.map((each): Reference => {
    const known = ours ? knownReferences.find((other) => isSame(each, other)) : undefined;
    const columns = each.columns.map((column) => catalog.tables.get(each.table)?.columns.get(column));
    const mend = columns.some((column) => column && !column.required) ? 'clear' : 'delete';
    return { ...each, mend: known?.mend ?? mend, severity: known?.severity ?? 'high', declared: true };
  });
  const missing = (ours ? knownReferences : [])
    .filter((known) => has(catalog, [`${known.table}.${known.column}`, `${known.parent}.${known.parentColumn}`]))
    .filter((known) => !declared.some((each) => isSame(each, known)))
    .map((known): Reference => ({
      name: `${known.table}_${known.column}_fkey`, table: known.table, columns: [known.column],
      parentSchema: catalog.schema, parent: known.parent, parentColumns: [known.parentColumn],
      validated: false, enforced: false, mend: known.mend, severity: known.severity, declared: false,
    }));
  return childrenFirst([...declared, ...missing]);
}

function isSame(each: CatalogReference, known: KnownReference): boolean {
  return each.table === known.table && each.parent === known.parent && each.columns.length === 1
    && each.columns[0] === known.column && each.parentColumns[0] === known.parentColumn;
}

/** So that a row goes before the row that it refers to. Tables that refer to each other in a ring keep any order. */
function childrenFirst(references: readonly Reference[]): readonly Reference[] {
  const depth = new Map<string, number>();
  const depthOf = (table: string, path: readonly string[]): number => {
    const known = depth.get(table);
    if (known !== undefined || path.includes(table)) return known ?? 0;
    const parents = references.filter((each) => each.table === table && each.parent !== table);
    const found = Math.max(-1, ...parents.map((each) => depthOf(each.parent, [...path, table]))) + 1;
    depth.set(table, found);
    return found;
  };
  return references.toSorted((a, b) => depthOf(b.table, []) - depthOf(a.table, []) || a.table.localeCompare(b.table));
}
