import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { addressRanges, count, duration, given, toAllowed } from '../flag.ts';
import { sizeText } from '../size-text.ts';

export const imagesPull = command({
  name: 'images pull', store: 'existing',
  options: {
    limit: option('--limit <number>', count.optional()),
    concurrency: option('--concurrency <number>', count.max(64, 'at most 64').default(8)),
    failed: option('--failed', given),
    refresh: option('--refresh', given),
    olderThan: option('--older-than <time>', duration.default(30 * 86_400_000)),
    allowHost: addressRanges,
  },
  async run({ options, flows, mirror, signal, onProgress }) {
    const { allowHost, failed, refresh, olderThan, ...rest } = options;
    const allow = toAllowed(allowHost);
    const shared = { ...rest, allow, signal, onProgress };
    const data = refresh ? await flows.refreshImages(mirror, { ...shared, olderThanMs: olderThan }) : await flows.pullImages(mirror, { ...shared, failed });
    const warnings = mirror.config.warnings.map(({ code, message, hint }) => `${code}: ${message} ${hint}`);
    return { data, warnings, exitCode: data.failed > 0 ? exitCodes.partly : exitCodes.done, next: data.failed > 0 ? ['1688sync images list --state failed', '1688sync images pull --failed'] : [] };
  },
  show(data: { claimed: number; stored: number; duplicates: number; unchanged: number; failed: number; bytes: number; failures: Record<string, number> }, { out, t }) {
    out.line(t('images.pulled', { ...data, size: sizeText(data.bytes) }));
    if (data.failed > 0) out.table(Object.entries(data.failures).map(([code, number]) => [code, number]));
  },
});
