import { z } from 'zod';
import { command, option } from '../command.ts';
import { time } from '../flag.ts';

export const serveKeysAdd = command({
  name: 'serve keys add', store: 'create', args: [{ name: 'name' }],
  options: { keyRole: option('--role <role>', z.enum(['viewer', 'operator'], 'viewer or operator').default('viewer')), keyExpires: option('--expires <time>', time) },
  async run({ args, options, flows, mirror }) {
    return { data: await flows.addApiKey(mirror, args[0] ?? '', { role: options.keyRole, expiresAt: options.keyExpires }) };
  },
  show({ key, name, role }: { key: string; name: string; role: string }, { out, t }) {
    out.line(t('keys.added', { key, name, role }));
  },
});
