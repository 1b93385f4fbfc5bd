import { z } from 'zod';
import { command, option } from '../command.ts';
import { text } from '../flag.ts';
import { untilAborted } from '../until-aborted.ts';

export const serveCommand = command({
  name: 'serve', store: 'create',
  options: { host: option('--host <address>', text), port: option('--port <number>', z.coerce.number().int().min(0).max(65_535, 'a port up to 65535').optional()) },
  async run({ options, mirror, signal, say, t }) {
    const { startServer } = await import('@1688/server');
    await using server = await startServer(mirror, { host: options.host ?? mirror.config.values.SERVER_HOST, port: options.port ?? mirror.config.values.SERVER_PORT });
    const { url } = server;
    say(t('serve.listening', { link: server.openLink() }));
    say(t('serve.api', { url }));
    await untilAborted(signal);
    return { data: { url } };
  },
  show(_data: unknown, { say, t }) {
    say(t('serve.stopped'));
  },
});
