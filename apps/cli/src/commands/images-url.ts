import { command, option } from '../command.ts';
import { count, given, text } from '../flag.ts';

export const imagesUrl = command({
  name: 'images url', args: [{ name: 'sha256' }], store: 'existing',
  options: { variant: option('--variant <name>', text), presigned: option('--presigned', given), expires: option('--expires <seconds>', count.default(3_600)) },
  async run({ args, options, flows, mirror }) {
    const { variant, presigned, expires } = options;
    return { data: { url: await flows.imageUrlOf(mirror, args[0] ?? '', { variant, presigned, expiresInSeconds: expires }) } };
  },
  show({ url }: { url: string }, { out }) {
    out.line(url);
  },
});
