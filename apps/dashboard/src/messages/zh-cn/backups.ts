import type { Words } from '../../state/language.ts';
import type { en } from '../en/backups.ts';

export const zhCn: Words<typeof en> = {
  intro: '数据库与图片取自同一时刻。读回验证过的备份才算数。', create: '立即备份', name: '名称（可不填）', created: '备份已完成并通过验证。', age: '最新完整备份', verifiedAge: '上次完整读取', drillAge: '上次演练', never: '从未', tooOld: '过旧', failedSince: '此后失败', total: '合计', good: '备份足够新。', bad: '需要处理。', empty: '还没有备份', emptyHint: '现在就做第一个备份；以后只保存新增内容。',
  calendar: '最近十二周', calendarHint: '每格为一天，深色表示有完整备份。', onDay: (day: string, count: number, size: string) => `${day}：${count} 个备份，新增 ${size}`, noneOn: (day: string) => `${day}：无`, sizes: '每个备份的新增字节', list: '备份列表', backup: '备份', taken: '时间', kind: '类型', rows: '行数', images: '图片', size: '新增', verified: '验证', status: '状态', verify: '验证', restore: '恢复……', verifiedGood: (name: string) => `${name} 与写入时一致。`, damaged: (count: number) => `${count} 个对象已损坏`, full: '全量', incremental: '增量',
  statuses: { complete: '完整', incomplete: '不完整', damaged: '已损坏', running: '进行中' }, levels: { written: '写入时', list: '已列出', read: '完整读取', drill: '演练' },
  wizard: '恢复', steps: ['旁路加载', '对比', '切换', '完成'], load: '旁路加载', loadText: (name: string) => `“${name}”会加载到单独的模式中并进行对比，不影响线上数据。`, compareText: '将会发生以下变化，请确认后再继续。', same: '线上数据与备份相同，无需恢复。', table: '表', onlyBackup: '恢复', onlyLive: '移除', changed: '变更', picturesBack: (count: number) => `将恢复 ${count} 张图片。`, look: '查看行', rowsOf: (table: string) => `${table} 中不同的行`, rowKey: '行', difference: '差异', onlyBackupRow: '仅备份中有', onlyLiveRow: '仅线上有', changedRow: '有变更',
  toSwitch: '继续到切换', switchText: '恢复的数据会一步取代线上数据。当前数据会保留在旁，切换可以撤销。', safety: '先备份线上数据', switchNow: '立即切换', switching: '正在切换……', drop: '丢弃旁路数据', dropped: '旁路数据已丢弃。', back: '返回', doneText: (kept: string) => `恢复的数据已上线。之前的数据在 ${kept} 中。`, undo: '撤销切换', undone: '切换前的数据已重新上线。', standing: '等待处理的恢复', standingHint: '已旁路加载但未切换，或已切换但仍可撤销。', planned: '已旁路加载', applied: '已切换', loading: '加载中', goOn: '继续', close: '离开',
};
