import { command } from '../command.ts';

export const serveKeysList = command({
  name: 'serve keys list', store: 'existing', options: {},
  async run({ flows, mirror }) {
    return { data: { items: await flows.listApiKeys(mirror) } };
  },
  show({ items }: { items: readonly { name: string; role: string; createdAt: Date; lastUsedAt: Date | null; expiresAt: Date | null }[] }, { out, t }) {
    const day = (time: Date | null): string | null => time && time.toISOString().slice(0, 16).replace('T', ' ');
    out.table(items.map((item) => [item.name, item.role, day(item.lastUsedAt), day(item.expiresAt)]), { head: [t('head.name'), t('head.role'), t('head.lastUsed'), t('head.expires')] });
  },
});
