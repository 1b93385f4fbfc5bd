import type { Words } from '../../state/language.ts';
import type { en } from '../en/overview.ts';

export const zhCn: Words<typeof en> = {
  title: '概览', counted: (when) => `统计于${when}`, products: '商品', suppliers: '供应商', pictures: '已存图片', database: '数据库', skus: (count) => `${count} 个规格（SKU）`, waiting: (count) => `${count} 张等待下载`, allThere: '全部已存',
  objects: (count, bytes) => `${count} 个文件，${bytes}`, newPerDay: '每日新增商品', changedPerDay: '每日变化的商品', changed: '近期变化', rejectedPerDay: '每日未导入的记录', inDays: (days) => `最近 ${days} 天`, removed: (count) => `已下架 ${count}`,
  attention: '需要处理', fine: '没有需要处理的事项，一切正常。',
  findings: (count) => `${count} 个一致性问题`, findingsHint: '一致性：查看、生成方案、修复', stuck: (count) => `${count} 个同步需要处理`, stuckHint: '同步记录：恢复或取消', failed: (count) => `${count} 张图片下载失败`, failedHint: '存储：重新下载',
  pending: (count) => `${count} 张图片等待下载`, rejects: (count) => `近期有 ${count} 条记录未导入`, rejectsHint: '同步记录：下载原因表，修改后重新导入', noBackup: '还没有备份', oldBackup: (age) => `上次备份在${age}`, unverified: '上次备份从未校验', backupHint: '备份：立即备份',
  backup: '上次备份', backupVerified: (when) => `校验于${when}`, backupUnverified: '未校验', none: '还没有', categories: '最大的类目', noCategory: '无类目', latest: '最近变化的商品', all: '全部商品',
  empty: '还没有导入任何数据', emptyHint: '把 Excel、CSV、JSON 或 ZIP 拖到导入页面，或使用命令行：', toImport: '导入文件', lastRun: '上次同步',
};
