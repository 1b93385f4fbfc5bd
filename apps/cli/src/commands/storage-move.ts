import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { sizeText } from '../size-text.ts';

type Moved = Awaited<ReturnType<typeof import('@1688/mirror').moveStorage>>;

export const storageMove = command({
  name: 'storage move', store: 'existing',
  options: {
    to: option('--to <url>', z.string({ error: 'a place such as file:/srv/images' }).min(1, 'a place such as file:/srv/images')),
  },
  async run({ options, flows, mirror, signal, onProgress }) {
    const data = await flows.moveStorage(mirror, { ...options, signal, onProgress });
    return { data, exitCode: exitCodeOf(data), next: nextOf(data, options.to) };
  },
  show(data: Moved, { out, t }) {
    out.line(t(data.moved ? 'storage.moved' : 'storage.notMoved', { from: data.from, to: data.to, verified: data.verified, copied: data.copied, size: sizeText(data.bytes), failed: data.failed.length }));
    out.table(data.failed.map((each) => [each.code, each.key]));
    if (data.damaged.length > 0) out.line(t('storage.movedDamaged', { damaged: data.damaged.length }));
    out.table(data.damaged.map((each) => [each.key]));
    if (data.moved && data.setting !== null) out.line(t('storage.setting', { setting: data.setting, from: data.from }));
  },
});

function exitCodeOf({ moved, damaged }: Moved): ExitCode {
  if (!moved) return exitCodes.partly;
  return damaged.length > 0 ? exitCodes.findings : exitCodes.done;
}

function nextOf({ moved, damaged, setting }: Moved, to: string): string[] {
  if (!moved) return [`1688sync storage move --to ${to}`];
  return [...(setting === null ? [] : [setting]), ...(damaged.length > 0 ? ['1688sync images verify'] : [])];
}
