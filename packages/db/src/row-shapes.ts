import type { Model } from 'objection';
import {
  ChangeRow, ImageObjectRow, ImageVariantRow, PriceTierRow, ProductImageRow, ProductRow, SkuRow, SupplierAliasRow, SupplierRow, SyncRecordRow, SyncRejectRow,
} from './rows.ts';

/** A column's type as PostgreSQL names it, with `?` where it may be null. */
type ColumnShape = 'bigint' | 'boolean' | 'bytea' | 'double precision' | 'integer' | 'jsonb' | 'numeric' | 'text' | 'timestamp with time zone';
type RowModel = Model | readonly Model[] | null;
/** Fields of a row class that are columns: not those of its base class, and not its relations. */
type ColumnsOf<Row> = { [Name in keyof Row as Name extends keyof Model ? never : NonNullable<Row[Name]> extends Exclude<RowModel, null> ? never : Name]-?: Row[Name] };
/** Every column of the class, and `?` exactly where its type allows null: the compiler holds this list and the class together. */
type Shape<Row> = { readonly [Name in keyof ColumnsOf<Row>]: null extends Row[Name & keyof Row] ? `${ColumnShape}?` : ColumnShape };

/** What a row class says of its table. */
export interface RowShape {
  readonly rowClass: string;
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
}

function shape<Row extends Model>(rowClass: typeof Model & (new () => Row), columns: Shape<Row>): RowShape {
  return { rowClass: rowClass.name, table: rowClass.tableName, columns: columns as Readonly<Record<string, string>> };
}

const at = 'timestamp with time zone';

export const rowShapes: readonly RowShape[] = [
  shape(SupplierAliasRow, { kind: 'text', value: 'text', supplier_id: 'bigint' }),
  shape(SupplierRow, {
    id: 'bigint', source_id: 'text', name: 'text?', company_name: 'text?', supplier_type: 'text?', province: 'text?', city: 'text?', url: 'text?',
    rating: 'numeric?', years_active: 'integer?', joined_into: 'bigint?', created_at: at, updated_at: at, deleted_at: `${at}?`,
  }),
  shape(PriceTierRow, { id: 'bigint', product_id: 'bigint', sku_id: 'bigint?', min_quantity: 'bigint', price: 'numeric' }),
  shape(SkuRow, {
    id: 'bigint', product_id: 'bigint', source_id: 'text', spec_id: 'text?', position: 'integer', attributes: 'jsonb?', price: 'numeric?', consign_price: 'numeric?',
    retail_price: 'numeric?', stock_quantity: 'bigint?', sold_quantity: 'bigint?', article_number: 'text?', image_url: 'text?', weight_grams: 'double precision?',
    created_at: at, updated_at: at, deleted_at: `${at}?`,
  }),
  shape(ProductImageRow, {
    id: 'bigint', product_id: 'bigint', role: 'text', position: 'integer', url: 'text', canonical_url: 'text', state: 'text', attempts: 'integer', next_attempt_at: `${at}?`,
    claimed_until: `${at}?`, claimed_by: 'integer?', error_code: 'text?', error_message: 'text?', etag: 'text?', last_modified: 'text?', sha256: 'text?', fetched_at: `${at}?`, deleted_at: `${at}?`,
  }),
  shape(ProductRow, {
    id: 'bigint', source_id: 'text', supplier_id: 'bigint?', title: 'text', title_translated: 'text?', subtitle: 'text?', description: 'text?', category_id: 'text?',
    category_name: 'text?', attributes: 'jsonb?', specifications: 'jsonb?', price_min: 'numeric?', price_max: 'numeric?', consign_price: 'numeric?', retail_price: 'numeric?',
    currency: 'text', pricing_mode: 'text?', min_order_quantity: 'bigint?', unit: 'text?', sell_unit: 'text?', units_per_sell_unit: 'bigint?', mixed_batch: 'boolean?',
    stock_quantity: 'bigint?', sold_quantity: 'bigint?', review_count: 'bigint?', rating: 'numeric?', source_status: 'text?', url: 'text?', video_url: 'text?',
    created_at_source: `${at}?`, updated_at_source: `${at}?`, sync_status: 'text', last_synced_at: `${at}?`, delisted_at: `${at}?`, delisted_evidence: 'jsonb?', field_locks: 'jsonb?', created_at: at, updated_at: at, deleted_at: `${at}?`,
  }),
  shape(ImageVariantRow, {
    sha256: 'text', recipe: 'text', recipe_hash: 'text', key: 'text', variant_sha256: 'text', size_bytes: 'bigint', width_px: 'integer', height_px: 'integer', format: 'text', created_at: at,
  }),
  shape(ImageObjectRow, {
    sha256: 'text', key: 'text', size_bytes: 'bigint', width_px: 'integer', height_px: 'integer', format: 'text', perceptual_hash: 'text?', thumbhash: 'bytea?', dominant_colour: 'text?', frames: 'integer?', trailing_bytes: 'bigint?', has_gps: 'boolean?',
    reference_count: 'bigint', state: 'text', unreferenced_at: `${at}?`, created_at: at,
  }),
  shape(SyncRecordRow, {
    id: 'bigint', kind: 'text', scope: 'text', status: 'text', full_scan: 'boolean', profile: 'text?', input: 'text?', options: 'jsonb?', attempts: 'integer',
    read_count: 'bigint', created_count: 'bigint', updated_count: 'bigint', unchanged_count: 'bigint', rejected_count: 'bigint', duplicate_count: 'bigint',
    checkpoint: 'jsonb?', errors: 'jsonb', observed_at: `${at}?`, started_at: at, heartbeat_at: at, finished_at: `${at}?`,
  }),
  shape(SyncRejectRow, {
    id: 'bigint', sync_record_id: 'bigint', profile: 'text?', line: 'bigint?', record: 'bigint?', pointer: 'text?', field: 'text?', code: 'text', message: 'text',
    document: 'text', replayed_at: `${at}?`, created_at: at,
  }),
  shape(ChangeRow, { seq: 'bigint', entity: 'text', source_id: 'text', kind: 'text', fields: 'jsonb', sync_record_id: 'bigint?', changed_at: at }),
];
