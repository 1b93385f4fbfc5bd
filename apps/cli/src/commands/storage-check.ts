import { command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';

export const storageCheck = command({
  name: 'storage check', store: 'existing', options: {},
  async run({ flows, mirror, signal, onProgress }) {
    const data = await flows.checkStorage(mirror, { signal, onProgress });
    return { data, exitCode: data.failed.length > 0 ? exitCodes.failed : exitCodes.done };
  },
  show(data: { backend: string; capabilities: Record<string, unknown>; passed: string[]; failed: { name: string; message: string }[] }, { out, t }) {
    out.table(Object.entries(data.capabilities).map(([name, value]) => [name, value === null ? '–' : String(value)]));
    out.line(t('storage.checked', { backend: data.backend, passed: data.passed.length, failed: data.failed.length }));
    out.table(data.failed.map((each) => [each.name, each.message]));
  },
});
