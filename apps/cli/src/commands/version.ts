import { command } from '../command.ts';
import { version } from '../version.ts';

export const versionCommand = command({
  name: 'version', store: 'none', options: {},
  async run() {
    return { data: { version, node: process.versions.node, platform: `${process.platform}-${process.arch}` } };
  },
  show(data: { version: string; node: string; platform: string }, { out }) {
    out.line(`1688sync ${data.version} · Node ${data.node} · ${data.platform}`);
  },
});
