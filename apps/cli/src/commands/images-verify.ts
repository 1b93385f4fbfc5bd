import { command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';

export const imagesVerify = command({
  name: 'images verify', store: 'existing', options: {},
  async run({ flows, mirror, signal, onProgress }) {
    const data = await flows.verifyImages(mirror, { signal, onProgress });
    return { data, exitCode: data.damaged.length > 0 ? exitCodes.findings : exitCodes.done, next: data.damaged.length > 0 ? ['1688sync check --deep'] : [] };
  },
  show(data: { checked: number; damaged: { key: string; code: string }[] }, { out, t }) {
    out.line(t('images.verified', { checked: data.checked, damaged: data.damaged.length }));
    out.table(data.damaged.map((each) => [each.code, each.key]));
  },
});
