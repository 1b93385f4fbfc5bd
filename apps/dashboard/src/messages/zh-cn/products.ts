import type { Words } from '../../state/language.ts';
import type { en } from '../en/products.ts';

export const zhCn: Words<typeof en> = {
  title: '商品', found: (count) => `共 ${count} 个`, foundMany: (count) => `超过 ${count} 个`, ranked: '没有包含全部词语的商品，按相关度排列', view: '显示方式', grid: '图片', table: '表格', sort: '排序', relevance: '最相关', updated: '最近变化', price: '价格最低', sold: '成交最多',
  filters: '筛选', reset: '清除全部筛选', category: '类目', supplier: '供应商', status: '状态', priceBand: '价格', from: '最低 ¥', to: '最高 ¥', apply: '应用', images: '图片', withImages: '已存', withoutImages: '未存', listing: '上下架', listed: '在售', delisted: '已下架', any: '全部', nothingHas: '无',
  byCategory: '类目', above: (price) => `${price} 以上`, none: '没有找到', noneHint: '减少词语或筛选条件试试。', offer: '商品', priceColumn: '价格', minOrder: '起订量', soldColumn: '成交量', supplierColumn: '供应商', updatedColumn: '变化时间', remove: (name) => `去掉：${name}`, search: '文字', export: '导出 CSV',
};
