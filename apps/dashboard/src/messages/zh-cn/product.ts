import type { Words } from '../../state/language.ts';
import type { en } from '../en/product.ts';

export const zhCn: Words<typeof en> = {
  back: '全部商品', offer: '商品 ID', supplier: '供应商', category: '类目', status: '状态', minOrder: '最小起订量', stock: '可售数量', sold: '成交量', rating: '评分', article: '货号', synced: '最近同步', created: '发布时间', translated: '译名', consign: '分销基准价（代销）', retail: '建议零售价', none: '–',
  at1688: '在 1688 打开', video: '视频', remove: '移除', restore: '恢复', removeTitle: '移除此商品？', removeText: '它将在各处隐藏，再次导入也不会恢复。数据不会删除：离开本页前可在此恢复，之后可用“1688sync product restore”。', removed: '已移除', removedToast: '商品已移除。', restoredToast: '商品已恢复。', delisted: '已下架', delistedSince: (when) => `${when}下架`, locked: '已锁定', lockedHint: '此值由人工锁定，导入不会改动。',
  pictures: '图片', enlarge: (at) => `放大第 ${at} 张图片`, picture: (at, all) => `第 ${at} 张，共 ${all} 张`, before: '上一张', after: '下一张', noPictures: '没有图片信息', waiting: (count) => `${count} 张等待下载`, failedPictures: (count) => `${count} 张下载失败`,
  roles: { all: '全部', main: '主图', gallery: '橱窗图', sku: '规格图', description: '详情图' },
  tiers: '阶梯价', from: (quantity) => `${quantity}起`, overTime: '历史走势', price: '价格', lowest: '最低', highest: '最高', lowestIn: (days, price) => `${days} 天内最低：${price}`, stockNow: '可售数量', bySku: '规格', wholeOffer: '整个商品', oneValue: '自首次采集以来没有变化。', noSeries: '还没有采集到。',
  skus: (count) => `规格（${count}）`, sku: '规格', skuPrice: '价格', inStock: (count) => `可售 ${count}`, soldOut: '售罄', moreSkus: (count) => `其余 ${count} 个见 API 或导出文件。`,
  changes: '每次同步的变化', firstSeen: '首次采集', skuChanges: (count) => `${count} 个规格的数值`, noChanges: '自首次采集以来没有变化。',
  listing: { delisted: '下架', relisted: '重新上架', removed: '人工移除', restored: '人工恢复' },
  fields: { title: '标题', price: '价格', stock: '可售数量', tiers: '阶梯价', minOrderQuantity: '最小起订量', status: '状态' },
  sources: '每个值的来源', field: '字段', value: '值', source: '来源', place: '位置', seen: '采集时间', show: '显示', origins: { document: '文档', lock: '人工锁定', caller: '程序写入', nothing: '已无文档提及' }, line: (line) => `第 ${line} 行`,
  same: '同款货源', noSame: '没有其他供应商使用这些图片。', alike: (share) => `相似度 ${share}`, shared: (count) => `${count} 张相同图片`, decided: '人工确认', cheaper: (share) => `便宜 ${share}`, dearer: (share) => `贵 ${share}`,
  attributes: '商品属性', description: '详情', descriptionHint: '仅显示文字，不显示卖家的版式。', specifications: '规格参数',
};
