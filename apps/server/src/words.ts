const en = {
  title: '1688sync', search: 'Search', placeholder: 'e.g. 连衣裙', products: 'products', suppliers: 'suppliers', pictures: 'pictures', stored: 'stored', waiting: 'waiting', failed: 'failed', next: 'More',
  none: 'Nothing found.', empty: 'Nothing imported yet.', emptyHint: 'Import a file: 1688sync import FILE', onRequest: 'price on request', noPicture: 'no picture yet', back: 'All products', supplier: 'Supplier', tiers: 'Price tiers', from: 'from',
  skus: 'SKUs', price: 'Price', stock: 'Stock', attributes: 'Attributes', history: 'What changed', field: 'Field', value: 'Value', until: 'Seen', offer: 'Offer', other: '中文', otherCode: 'zh', missing: 'This page does not exist.', failure: 'Something failed; app.log tells what.', at1688: 'At 1688', lang: 'en',
  apiIntro: 'Keys are made with: 1688sync serve keys add NAME. The whole description for programs:', locked: 'Open the link that the server printed when it started; this page needs it.', opened: 'Opening …', used: 'This link was used, or is too old. Start the server again for a new one.',
};
export type Words = Readonly<typeof en>;
const zh: Words = {
  title: '1688sync', search: '搜索', placeholder: '如：连衣裙', products: '个商品', suppliers: '个供应商', pictures: '张图片', stored: '已存', waiting: '等待', failed: '失败', next: '更多',
  none: '没有找到。', empty: '还没有导入任何商品。', emptyHint: '导入文件：1688sync import 文件', onRequest: '价格面议', noPicture: '暂无图片', back: '全部商品', supplier: '供应商', tiers: '阶梯价', from: '起',
  skus: '规格', price: '价格', stock: '可售数量', attributes: '商品属性', history: '变化', field: '字段', value: '值', until: '采集时间', offer: '商品', other: 'English', otherCode: 'en', missing: '没有这个页面。', failure: '出错了，原因见 app.log。', at1688: '在 1688 查看', lang: 'zh-CN',
  apiIntro: '用 1688sync serve keys add 名称 生成密钥。供程序读取的完整描述：', locked: '请打开服务启动时打印的链接。', opened: '正在打开……', used: '此链接已用过或已过期，请重新启动服务以获得新链接。',
};

/** Words of the language that `?lang=` or the browser asks for. */
export function wordsFor(asked: string | undefined, acceptLanguage: string | undefined): Words {
  return /^zh/i.test(asked ?? acceptLanguage ?? '') ? zh : en;
}
