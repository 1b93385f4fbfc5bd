import type { Words } from '../../state/language.ts';
import type { en } from '../en/work.ts';

export const zhCn: Words<typeof en> = {
  queued: '排队等待……', running: '进行中……', cancelJob: '取消', jobFailed: '没有成功', jobCancelled: '已取消，已提交的部分保留。', onlyOperator: '当前会话只能查看', onlyOperatorHint: '需要操作权限：请打开服务器打印的链接，或使用操作员密钥。',
  entries: (count: number) => `${count} 项`,
  moreFields: (count: number) => `另有 ${count} 个字段`,
  kinds: { import: '导入', images: '图片', backup: '备份', check: '检查', fix: '修复', remap: '重新映射', revert: '撤回' },
  statuses: { running: '进行中', completed: '完成', partial: '有拒收', failed: '失败', cancelled: '已取消', interrupted: '已中断' },
  changeKinds: { created: '新增', updated: '变更', delisted: '下架', relisted: '重新上架', removed: '移除', restored: '恢复' },
  entities: { product: '商品', supplier: '供应商' },
  fields: {
    offerId: '商品 ID', title: '标题', titleTranslated: '翻译标题', subtitle: '副标题', description: '描述', price: '价格', priceMinCny: '最低价', priceMaxCny: '最高价', consignPriceCny: '代发价', retailPriceCny: '零售价',
    minOrderQuantity: '起订量', unit: '单位', stockQuantity: '库存', soldQuantity: '成交量', reviewCount: '评论数', rating: '评分', categoryName: '类目', categoryId: '类目 ID', sourceStatus: '状态', images: '图片', url: '链接', videoUrl: '视频',
    'supplier.name': '店铺', 'supplier.companyName': '公司', 'supplier.memberId': '会员 ID', 'supplier.loginId': '旺旺', 'supplier.userId': '卖家 ID', 'supplier.url': '店铺链接', 'supplier.location': '所在地', 'specifications.articleNumber': '货号', 'specifications.barcode': '条码',
    createdAtSource: '发布时间', updatedAtSource: '更新时间', observedAt: '采集时间', priceTiers: '阶梯价', skus: '规格', attributes: '属性', supplierId: '供应商', name: '名称', companyName: '公司',
  },
};
