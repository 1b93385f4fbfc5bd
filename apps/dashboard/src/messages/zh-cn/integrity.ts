import type { Words } from '../../state/language.ts';
import type { en } from '../en/integrity.ts';

export const zhCn: Words<typeof en> = {
  intro: '查找所有损坏之处，查看将要修复的具体行，执行修复，也可以撤销。', check: '立即检查', deep: '同时读取每个已存字节（较慢）', last: (when: string) => `上次检查：${when}`, never: '还没有检查过。', good: '没有发现问题', goodHint: '上次检查没有未解决的问题。', unchecked: '尚未检查', uncheckedHint: '先检查一次：不会改动任何内容。',
  findings: '发现的问题', severity: '程度', what: '问题', evidence: '证据', since: '首次发现', fixable: '可自动修复', byHand: '需手动处理', planTitle: '修复计划', planHint: '列出能修复当前问题的具体行，不做任何改动。', plan: '制定计划', force: '包含大规模修复（超过 100 项且超过表的 0.5%）', actions: (count: number) => `${count} 项操作`, noActions: '计划为空：没有可以自动修复的问题。', action: '操作', target: '行', table: '表', before: '当前值', refused: '未列入', reason: '原因', apply: '执行修复', applyTitle: '修复这些行？', applyText: (count: number) => `共 ${count} 项操作。每一行在修复语句中会再次核对，并且全部可以撤销。`, done: (done: number, skipped: number) => `已修复 ${done} 项，${skipped} 项在此期间已变化，保持不动。`, firstOnly: (shown: number, all: number) => `共 ${all} 项，显示前 ${shown} 项。`,
  fixes: '修复记录', fix: '修复', when: '时间', status: '状态', undo: '撤销', undone: '修复已撤销（此后有变化的保持不动）。', noFixes: '还没有修复过。', mended: '已修复', skipped: '未动', stale: '此计划是之前制定的：数据有变化时请重新制定。',
  severities: { critical: '严重', high: '高', medium: '中', low: '低', info: '提示' }, statuses: { completed: '完成', failed: '失败', interrupted: '已中断', running: '进行中' },
};
