import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { addressRanges, given, toAllowed } from '../flag.ts';

export const watchTest = command({
  name: 'watch test', args: [{ name: 'id' }], store: 'existing', options: { allowHost: addressRanges },
  async run({ args, options, flows, mirror, signal, out, json }) {
    const print = (text: string): void => { if (!json) out.line(text); };
    return { data: await flows.testWatch(mirror, args[0] ?? '', { allow: toAllowed(options.allowHost), signal, print }) };
  },
  show({ id }: { id: string }, { say, t }) {
    say(t('watch.tested', { id }));
  },
});

export const watchRun = command({
  name: 'watch run', store: 'existing', options: { follow: option('--follow', given), allowHost: addressRanges },
  async run({ options, flows, mirror, signal, out, json, say, t }) {
    const settings = { allow: toAllowed(options.allowHost), signal, print: (text: string): void => { out.line(json ? JSON.stringify({ text }) : text); } };
    const total = { alerts: 0, sent: 0, failed: 0 };
    const passes = options.follow ? flows.followWatches(mirror, settings) : [await flows.runWatches(mirror, settings)];
    for await (const { alerts, sent, failed, errors } of passes) {
      total.alerts += alerts;
      total.sent += sent;
      total.failed += failed;
      for (const { watchId, error } of errors) say(`${watchId}: ${error}`);
    }
    say(t('watch.ran', total));
    return { data: total, streamed: true, exitCode: total.failed > 0 && !options.follow ? exitCodes.partly : exitCodes.done };
  },
});
