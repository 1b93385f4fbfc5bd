import type { Words } from '../../state/language.ts';
import type { en } from '../en/runs.ts';

export const zhCn: Words<typeof en> = {
  intro: '每一次导入、拉取图片、备份与修复，最新的在前。', kind: '类型', status: '状态', every: '全部', stuck: '只看需要处理的', id: '编号', input: '来源', scope: '范围', started: '开始', took: '用时', read: '已读取', created: '新增', updated: '变更', unchanged: '无变化', rejected: '拒收', empty: '还没有同步记录', emptyFiltered: '没有符合条件的记录', toImport: '导入文件',
  run: (id: string) => `同步记录 ${id}`, facts: '概况', profile: '读取方式', rate: '速度', perSecond: (rate: string) => `每秒 ${rate} 条`, left: '剩余', attempts: '尝试次数', errors: '出了什么问题', changes: '改变了什么', rejects: '拒收的行', noChanges: '这次没有改变任何内容。', revertedBy: '已被撤回，记录', entries: '条', byField: '字段', when: '时间', what: '变化', goods: '对象',
  cancel: '请求结束', cancelled: '已请求结束。', revert: '撤回……', revertTitle: '撤回这次同步的变更', revertText: '先只统计：哪些会恢复，哪些因为之后被修改或锁定而保留。', revertCount: '统计', revertApply: '确认撤回', products: '商品', suppliers: '供应商', values: '恢复的值', removed: '移除的新增商品', restored: '恢复的已移除商品', kept: '保留不动的值', reverted: '已撤回。', toRevert: '查看该记录', silent: '一分钟没有动静',
};
