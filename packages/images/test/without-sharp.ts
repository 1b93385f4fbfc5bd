import { registerHooks } from 'node:module';
import { collectBytes, memoryBackend } from '@1688/storage';

// Stores the JPEG from standard input on a machine on which sharp does not load. Run by decode-content.test.ts.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'sharp') throw new Error('Could not load the "sharp" module using the odd-platform runtime');
    return next(specifier, context);
  },
});
const { openImageStore } = await import('../src/index.ts');
const bytes = await collectBytes(process.stdin);
const storage = memoryBackend();
await using usual = await openImageStore({ storage });
const failure = await usual.add(bytes).catch((error: { code: string; hint: string }) => error);
await using undecoded = await openImageStore({ storage, decode: 'none' });
const kept = await undecoded.add(bytes);
await usual.verify(kept);
let stored = 0;
for await (const _ of storage.list('')) stored += 1;
const cut = await undecoded.add(bytes.subarray(0, -5)).catch((error: { code: string }) => error);
process.stdout.write(JSON.stringify({
  inline: 'code' in failure && failure.code, hint: 'hint' in failure && failure.hint, url: usual.url(kept).startsWith('/i/'), stored,
  kept: { widthPx: kept.widthPx, heightPx: kept.heightPx, format: kept.format, variants: kept.variants.length, perceptualHash: kept.perceptualHash }, cut: 'code' in cut && cut.code,
}));
