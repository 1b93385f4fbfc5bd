import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';

/** A quarter products with Chinese titles and attributes, two SKUs for each, one price tier: `rows` in all, the same in every run. */
export async function fillShop(client: pg.Client, rows: number): Promise<void> {
  const products = Math.max(Math.round(rows / 4), 1);
  const words = `array['雪纺', '连衣裙', '夏季', '新款', '女装', '收腰', '显瘦', '碎花', '中长款', '跨境', '瑜伽裤', '高腰', '蕾丝', '衬衫', '宽松', '百搭', '韩版', '气质', '棉麻', '印花']`;
  const word = (salt: number): string => `(${words})[1 + (hashint8(n * ${salt})::bigint & 2147483647) % 20]`;
  await client.query(`
    select setseed(0.5);
    insert into sync1688.suppliers (source_id, name) select 'b2b-' || n, '示例服饰有限公司 ' || n from generate_series(1, ${Math.max(Math.round(products / 50), 1)}) as n;
    insert into sync1688.products (source_id, supplier_id, title, description, category_id, category_name, attributes, price_min, price_max, min_order_quantity, unit, stock_quantity, sold_quantity, url, detail_hash, told_times, last_synced_at)
      select (610947000000 + n * 7)::text, 1 + n % ${Math.max(Math.round(products / 50), 1)}, ${[3, 5, 7, 11, 13, 17].map(word).join(' || ')} || ' ' || n, repeat(${word(19)} || ${word(23)} || '，', 8), (1031900 + n % 40)::text, ${word(29)},
        jsonb_build_array(jsonb_build_object('name', '面料名称', 'value', ${word(31)}), jsonb_build_object('name', '货号', 'value', 'YS-' || (random() * 1e6)::int), jsonb_build_object('name', '风格', 'value', ${word(37)}), jsonb_build_object('name', '尺码', 'value', 'S,M,L,XL')),
        (random() * 200)::numeric(14,2), (200 + random() * 200)::numeric(14,2), 1 + n % 5, '件', (random() * 1e5)::int, (random() * 1e4)::int, 'https://detail.1688.com/offer/' || (610947000000 + n * 7) || '.html', sha256(n::text::bytea), substr(sha256(('t' || n)::bytea), 1, 24), now()
      from generate_series(1, ${products}) as n;
    insert into sync1688.skus (product_id, source_id, position, attributes, price, stock_quantity, article_number, spec_id)
      select p.id, p.source_id || s, s, jsonb_build_array(jsonb_build_object('name', '颜色', 'value', case s when 1 then '米白色' else '黑色' end), jsonb_build_object('name', '尺码', 'value', 'M')), (random() * 200)::numeric(14,2), (random() * 1e4)::int, 'YS-' || p.id || '-' || s, md5(p.id::text || s)
      from sync1688.products p, generate_series(1, 2) as s;
    insert into sync1688.price_tiers (product_id, min_quantity, price) select id, 2, (random() * 200)::numeric(14,2) from sync1688.products;
    analyze`);
}

/** Changes one in `every` products and SKUs, spread over all of them. */
export async function scatterChanges(client: pg.Client, every: number): Promise<void> {
  await client.query(`update sync1688.products set price_min = price_min + 1, stock_quantity = stock_quantity + 3 where id % ${every} = ${every} / 2;
    update sync1688.skus set stock_quantity = stock_quantity + 5 where id % ${every} = ${every} / 3; update sync1688.price_tiers set price = price + 1 where id % ${every} = 1`);
}

/** Files of about 30 kB that cannot be compressed, as pictures cannot, with their rows. */
export async function fillPictures(client: pg.Client, folder: string, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const bytes = randomBytes(20_000 + (number % 20) * 1_000);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const key = `sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.jpg`;
    await mkdir(path.dirname(path.join(folder, key)), { recursive: true });
    await writeFile(path.join(folder, key), bytes);
    await client.query(`insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format) values ($1, $2, $3, 800, 800, 'jpeg')`, [sha256, key, bytes.length]);
  }
}
