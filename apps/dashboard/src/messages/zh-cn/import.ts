import type { Words } from '../../state/language.ts';
import type { en } from '../en/import.ts';

export const zhCn: Words<typeof en> = {
  intro: '把表格或导出文件变成商品：先预览，校正列的对应关系，再导入。', drop: '把文件拖到这里', choose: '或选择文件', formats: 'XLSX、CSV、TSV、JSON、JSON Lines 或 ZIP，任意编码，最大 1 GB', sending: '正在上传', tooMany: '一次一个文件：取第一个。',
  again: '换一个文件', file: '文件', size: '大小', format: '格式', encoding: '编码', profile: '读取方式', found: '自动识别', why: '依据', automatic: (found: string) => `自动识别：${found}`, inArchive: '压缩包中的哪个文件？', emptyArchive: '压缩包里没有可导入的文件。',
  mapping: '列对应', mappingHint: '文件的每一列对应哪个字段。不对的请更正，下面的行会随之更新。', column: '文件中的列', field: '对应字段', ignore: '不导入', unknownColumn: '未识别：只保留在原始记录中', asTable: '按表格读取',
  rows: '前几行', noRows: '文件中没有数据行', line: '行', offer: '商品 ID', title: '标题', price: '价格', minOrder: '起订量', supplier: '供应商', pictures: '图片', state: '状态', fits: '可导入', rejected: '拒收', willReject: (count: number) => `其中 ${count} 行会被拒收，其余照常导入。`, allFit: '这些行都可以导入。',
  options: '导入方式', scope: '范围', scopeHint: '正在镜像的对象，例如一家店铺。同一范围的导入依次进行。', fullScan: '此文件包含整个范围：其中没有的商品记为缺失一次', dryRun: '试运行：全部读取和映射，但不写入', start: '导入', startDry: '试运行',
  outcome: '导入', read: '已读取', created: '新增', updated: '变更', unchanged: '无变化', rejects: '拒收', duplicates: '文件内重复', dry: '这是试运行：没有写入任何内容。', toRun: '查看变化', rejectsTitle: '拒收的行', rejectsHint: '下载后按“原因”一列修改，再把文件拖回来：其中只有这些行。', download: '下载 XLSX', reason: '原因', dropMended: '拖入修改后的文件', record: '行', none: '所有行都已导入。', allRejects: '全部查看',
  follow: '可以离开本页，导入会继续。', profiles: { table: '表格', 'taobao-package': '淘宝数据包', '1688sync-export': '本程序的导出', 'open-platform': '1688 开放平台', crossborder: '1688 跨境接口', 'change-message': '1688 变更消息', reseller: '数据商', '1688-cli': '1688 命令行', apify: 'Apify' },
};
