import { command, option } from '../command.ts';
import { given, time } from '../flag.ts';

export const watchRemove = command({
  name: 'watch remove', args: [{ name: 'id' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.removeWatch(mirror, args[0] ?? '') };
  },
  show({ id }: { id: string }, { out, t }) {
    out.line(t('watch.removed', { id }));
  },
});

export const watchMute = command({
  name: 'watch mute', args: [{ name: 'id' }], store: 'existing', options: { until: option('--until <time>', time), off: option('--off', given) },
  async run({ args, options: { until, off }, flows, mirror }) {
    return { data: await flows.muteWatch(mirror, args[0] ?? '', off ? null : (until ?? new Date('9999-01-01T00:00:00Z'))) };
  },
  show({ id, until }: { id: string; until: Date | null }, { out, t }) {
    out.line(until === null ? t('watch.unmuted', { id }) : t('watch.muted', { id, until: until.toISOString() }));
  },
});

export const watchRedrive = command({
  name: 'watch redrive', args: [{ name: 'id' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.redriveWatch(mirror, args[0] ?? '') };
  },
  show({ id, alerts }: { id: string; alerts: number }, { out, t }) {
    out.line(t('watch.redriven', { id, alerts }));
  },
});
