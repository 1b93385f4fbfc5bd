import type { Attribute, ImageRole, ImageState, PricingMode, ProductSyncStatus, SyncKind, SyncStatus } from '@1688/core';
import { Model, type QueryBuilder } from 'objection';
import type { Connection } from './connection.ts';
import type { DelistingEvidence, FieldLocks } from './listing-state.ts';

/** A query on the table of `row`, in this connection's schema, as are the queries of its graph. */
export function rowsOf<Row extends Model>(row: typeof Model & (new () => Row), db: Connection): QueryBuilder<Row> {
  return row.query(db.knex).withSchema(db.schema) as unknown as QueryBuilder<Row>;
}

/** Rows are spelled as the database spells them; one file a table maps them, nothing else sees them. */
export class SupplierAliasRow extends Model {
  static override tableName = 'supplier_aliases';
  static override idColumn = ['kind', 'value'];
  declare kind: 'memberId' | 'loginId' | 'userId' | 'openId';
  declare value: string;
  declare supplier_id: string;
}

export class SupplierRow extends Model {
  static override tableName = 'suppliers';
  declare id: string;
  declare source_id: string;
  declare name: string | null;
  declare company_name: string | null;
  declare supplier_type: string | null;
  declare province: string | null;
  declare city: string | null;
  declare url: string | null;
  declare rating: string | null;
  declare years_active: number | null;
  declare joined_into: string | null;
  declare created_at: Date;
  declare updated_at: Date;
  declare deleted_at: Date | null;
  declare aliases?: SupplierAliasRow[];
  static override relationMappings = () => ({
    aliases: { relation: Model.HasManyRelation, modelClass: SupplierAliasRow, join: { from: 'suppliers.id', to: 'supplier_aliases.supplier_id' } },
  });
}

export class PriceTierRow extends Model {
  static override tableName = 'price_tiers';
  declare id: string;
  declare product_id: string;
  declare sku_id: string | null;
  declare min_quantity: string;
  declare price: string;
}

export class SkuRow extends Model {
  static override tableName = 'skus';
  declare id: string;
  declare product_id: string;
  declare source_id: string;
  declare spec_id: string | null;
  declare position: number;
  declare attributes: Attribute[] | null;
  declare price: string | null;
  declare consign_price: string | null;
  declare retail_price: string | null;
  declare stock_quantity: string | null;
  declare sold_quantity: string | null;
  declare article_number: string | null;
  declare image_url: string | null;
  declare weight_grams: number | null;
  declare created_at: Date;
  declare updated_at: Date;
  declare deleted_at: Date | null;
}

export class ProductImageRow extends Model {
  static override tableName = 'product_images';
  declare id: string;
  declare product_id: string;
  declare role: ImageRole;
  declare position: number;
  declare url: string;
  declare canonical_url: string;
  declare state: ImageState;
  declare attempts: number;
  declare next_attempt_at: Date | null;
  declare claimed_until: Date | null;
  declare claimed_by: number | null;
  declare error_code: string | null;
  declare error_message: string | null;
  declare etag: string | null;
  declare last_modified: string | null;
  declare sha256: string | null;
  declare fetched_at: Date | null;
  declare deleted_at: Date | null;
  static override relationMappings = () => ({
    product: { relation: Model.BelongsToOneRelation, modelClass: ProductRow, join: { from: 'product_images.product_id', to: 'products.id' } },
  });
}

export class ProductRow extends Model {
  static override tableName = 'products';
  /** Queries of a graph, at once: a connection, and so a transaction, answers one after the other. */
  static concurrency = 1; // objection reads it; its typings lack it
  declare id: string;
  declare source_id: string;
  declare supplier_id: string | null;
  declare title: string;
  declare title_translated: string | null;
  declare subtitle: string | null;
  declare description: string | null;
  declare category_id: string | null;
  declare category_name: string | null;
  declare attributes: Attribute[] | null;
  declare specifications: Record<string, string | number | boolean | null> | null;
  declare price_min: string | null;
  declare price_max: string | null;
  declare consign_price: string | null;
  declare retail_price: string | null;
  declare currency: string;
  declare pricing_mode: PricingMode | null;
  declare min_order_quantity: string | null;
  declare unit: string | null;
  declare sell_unit: string | null;
  declare units_per_sell_unit: string | null;
  declare mixed_batch: boolean | null;
  declare stock_quantity: string | null;
  declare sold_quantity: string | null;
  declare review_count: string | null;
  declare rating: string | null;
  declare source_status: string | null;
  declare url: string | null;
  declare video_url: string | null;
  declare created_at_source: Date | null;
  declare updated_at_source: Date | null;
  declare sync_status: ProductSyncStatus;
  declare last_synced_at: Date | null;
  declare delisted_at: Date | null;
  declare delisted_evidence: DelistingEvidence | null;
  declare field_locks: FieldLocks | null;
  declare created_at: Date;
  declare updated_at: Date;
  declare deleted_at: Date | null;
  declare supplier?: SupplierRow | null;
  declare priceTiers?: PriceTierRow[];
  declare skus?: SkuRow[];
  declare images?: ProductImageRow[];
  static override relationMappings = () => ({
    supplier: { relation: Model.BelongsToOneRelation, modelClass: SupplierRow, join: { from: 'products.supplier_id', to: 'suppliers.id' } },
    priceTiers: { relation: Model.HasManyRelation, modelClass: PriceTierRow, join: { from: 'products.id', to: 'price_tiers.product_id' } },
    skus: { relation: Model.HasManyRelation, modelClass: SkuRow, join: { from: 'products.id', to: 'skus.product_id' } },
    images: { relation: Model.HasManyRelation, modelClass: ProductImageRow, join: { from: 'products.id', to: 'product_images.product_id' } },
  });
}

export class ImageVariantRow extends Model {
  static override tableName = 'image_variants';
  static override idColumn = ['sha256', 'recipe'];
  declare sha256: string;
  declare recipe: string;
  declare recipe_hash: string;
  declare key: string;
  declare variant_sha256: string;
  declare size_bytes: string;
  declare width_px: number;
  declare height_px: number;
  declare format: string;
  declare created_at: Date;
}

export class ImageObjectRow extends Model {
  static override tableName = 'image_objects';
  static override idColumn = 'sha256';
  declare sha256: string;
  declare key: string;
  declare size_bytes: string;
  declare width_px: number;
  declare height_px: number;
  declare format: string;
  declare perceptual_hash: string | null;
  declare thumbhash: Buffer | null;
  declare dominant_colour: string | null;
  declare frames: number | null;
  declare trailing_bytes: string | null;
  declare has_gps: boolean | null;
  declare reference_count: string;
  declare state: 'live' | 'deleting' | 'missing' | 'quarantined';
  declare unreferenced_at: Date | null;
  declare created_at: Date;
  declare variants?: ImageVariantRow[];
  static override relationMappings = () => ({
    variants: { relation: Model.HasManyRelation, modelClass: ImageVariantRow, join: { from: 'image_objects.sha256', to: 'image_variants.sha256' } },
  });
}

export class SyncRecordRow extends Model {
  static override tableName = 'sync_records';
  declare id: string;
  declare kind: SyncKind;
  declare scope: string;
  declare status: SyncStatus;
  declare full_scan: boolean;
  declare profile: string | null;
  declare input: string | null;
  declare options: Record<string, unknown> | null;
  declare attempts: number;
  declare read_count: string;
  declare created_count: string;
  declare updated_count: string;
  declare unchanged_count: string;
  declare rejected_count: string;
  declare duplicate_count: string;
  declare checkpoint: Record<string, unknown> | null;
  declare errors: { code: string; message: string }[];
  declare observed_at: Date | null;
  declare started_at: Date;
  declare heartbeat_at: Date;
  declare finished_at: Date | null;
}

export class SyncRejectRow extends Model {
  static override tableName = 'sync_rejects';
  declare id: string;
  declare sync_record_id: string;
  declare profile: string | null;
  declare line: string | null;
  declare record: string | null;
  declare pointer: string | null;
  declare field: string | null;
  declare code: string;
  declare message: string;
  declare document: string;
  declare replayed_at: Date | null;
  declare created_at: Date;
  static override relationMappings = () => ({
    syncRecord: { relation: Model.BelongsToOneRelation, modelClass: SyncRecordRow, join: { from: 'sync_rejects.sync_record_id', to: 'sync_records.id' } },
  });
}

export class ChangeRow extends Model {
  static override tableName = 'changes';
  static override idColumn = 'seq';
  declare seq: string;
  declare entity: 'product' | 'supplier';
  declare source_id: string;
  declare kind: 'created' | 'updated' | 'delisted' | 'relisted' | 'removed' | 'restored';
  declare fields: Record<string, { before: unknown; after: unknown }>;
  declare sync_record_id: string | null;
  declare changed_at: Date;
}
