import path from 'node:path';
import { command, option } from '../command.ts';
import { text } from '../flag.ts';

export const imagesGet = command({
  name: 'images get', args: [{ name: 'sha256' }], store: 'existing',
  options: { variant: option('--variant <name>', text), output: option('-o, --output <file>', text) },
  async run({ args, options, flows, mirror, cwd }) {
    return { data: await flows.getImage(mirror, args[0] ?? '', { variant: options.variant, file: options.output === undefined ? undefined : path.resolve(cwd, options.output) }) };
  },
});
