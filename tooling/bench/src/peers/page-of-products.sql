\set after random(0, :last)
select json_agg(json_build_object('offerId', p.source_id, 'title', p.title, 'titleTranslated', p.title_translated, 'supplierId', p.supplier, 'supplierName', p.supplier_name, 'categoryId', p.category_id,
  'categoryName', p.category_name, 'priceMinCny', p.price_min::text, 'priceMaxCny', p.price_max::text, 'minOrderQuantity', p.min_order_quantity, 'unit', p.unit, 'stockQuantity', p.stock_quantity, 'soldQuantity', p.sold_quantity,
  'rating', p.rating, 'sourceStatus', p.source_status, 'syncStatus', p.sync_status, 'picture', p.sha256, 'delistedAt', p.delisted_at, 'lastSyncedAt', p.last_synced_at, 'updatedAt', p.updated_at) order by p.id)
from (select p.*, s.source_id as supplier, coalesce(s.company_name, s.name) as supplier_name, i.sha256
  from (select * from sync1688.products where id > :after and deleted_at is null order by id limit 50) p left join sync1688.suppliers s on s.id = p.supplier_id
    left join lateral (select i.sha256 from sync1688.product_images i where i.product_id = p.id and i.state = 'stored' and i.deleted_at is null
      order by case i.role when 'main' then 0 when 'gallery' then 1 when 'sku' then 2 else 3 end, i.position limit 1) as i on true) p;
