import { alertText, moreText, type Alert } from './alert.ts';
import type { Watch } from './watch.ts';

/** Alerts that go out together. */
export interface Message {
  /** Of its first alert, so the same at each attempt. */
  readonly id: string;
  readonly watchId: string;
  readonly language: Watch['language'];
  readonly maxLines: number;
  readonly alerts: readonly Alert[];
  /** Set for a message that only shows whether the sink works. */
  readonly test?: true;
}

/** How a sink wants an address behind a text. */
export type Link = (text: string, url: string) => string;

/** 企业微信 takes the fewest: markdown of at most 4,096 bytes. What is left over is for the envelope. */
const mostBytes = 3_600;

/** The lines for people: as many alerts as fit, then how many more there are. */
export function messageLines({ alerts, language, maxLines }: Message, link: Link): string[] {
  const lines: string[] = [];
  let bytes = 0;
  for (const alert of alerts) {
    const line = link(alertText(alert, language), alert.url);
    bytes += Buffer.byteLength(line) + 2;
    if (lines.length === maxLines || (bytes > mostBytes && lines.length > 0)) break;
    lines.push(line);
  }
  const left = alerts.length - lines.length;
  return left > 0 ? [...lines, moreText(left, language)] : lines;
}

/** What stands above the lines. */
export function messageHead({ watchId, alerts, language, test }: Message): string {
  if (test) return language === 'en' ? `1688sync: test of the watch ${watchId}` : `1688sync：监控 ${watchId} 的测试消息`;
  return language === 'en' ? `1688sync: ${watchId} (${alerts.length})` : `1688sync 提醒：${watchId}（${alerts.length} 条）`;
}
