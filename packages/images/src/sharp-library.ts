import type sharpFactory from 'sharp';
import { SyncError } from '@1688/core';
import type { ImageFormat } from './image-format.ts';

export type SharpFactory = typeof sharpFactory;

const loaders: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'VipsForeignLoadJpegBuffer', png: 'VipsForeignLoadPngBuffer', webp: 'VipsForeignLoadWebpBuffer', gif: 'VipsForeignLoadNsgifBuffer', avif: 'VipsForeignLoadHeifBuffer',
};

// Loaders can be blocked for a whole process only, so whether that was done is known to the process: blocking them again would
// disturb pictures that are being decoded.
let prepared: Promise<SharpFactory> | undefined;

/**
 * sharp with every loader blocked but those of the formats named here: what sniffing lets pass by mistake is not decoded.
 * @throws FEATURE_UNAVAILABLE
 */
export async function loadSharp(formats: readonly ImageFormat[]): Promise<SharpFactory> {
  prepared ??= prepare();
  const sharp = await prepared;
  sharp.unblock({ operation: formats.map((format) => loaders[format]) });
  return sharp;
}

async function prepare(): Promise<SharpFactory> {
  const sharp = await importSharp();
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  return sharp;
}

async function importSharp(): Promise<SharpFactory> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new SyncError('FEATURE_UNAVAILABLE', 'Expected the picture library sharp to load, it does not run on this machine.', {
      hint: 'Reinstall with optional dependencies: npm install --include=optional. decode: "none" stores pictures without it.', cause,
    });
  }
}

/** Versions of sharp and libvips, for a health report. @throws FEATURE_UNAVAILABLE */
export async function decoderVersion(): Promise<{ readonly sharp: string; readonly libvips: string }> {
  const { versions } = await importSharp();
  return { sharp: versions.sharp ?? 'unknown', libvips: versions.vips };
}
