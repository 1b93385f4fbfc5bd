import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

const sidePx = 800;

/** Writes so many different JPEGs of 800 × 800 pixels and about 120 kB as `0.jpg`, `1.jpg` … The same number gives the same bytes. */
export async function writePictures(folder: string, count: number, signal: AbortSignal): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    signal.throwIfAborted();
    await writeFile(path.join(folder, `${number}.jpg`), await picture(number));
  }
}

/** Coarse noise, enlarged, has the smooth surfaces and soft edges of a photograph; fine noise above it has the bytes of one. */
async function picture(number: number): Promise<Buffer> {
  const surface = await sharp(noise(24, number * 2 + 1, 255), { raw: { width: 24, height: 24, channels: 3 } }).resize(sidePx, sidePx, { kernel: 'cubic' }).raw().toBuffer();
  const grain = noise(sidePx, number * 2 + 2, 38);
  for (let at = 0; at < surface.length; at += 1) surface[at] = Math.min(255, Math.max(0, surface[at]! + grain[at]! - 19));
  return sharp(surface, { raw: { width: sidePx, height: sidePx, channels: 3 } }).jpeg({ quality: 75 }).toBuffer();
}

function noise(side: number, seed: number, most: number): Buffer {
  const pixels = Buffer.alloc(side * side * 3);
  let state = Math.imul(seed, 2_654_435_761) | 1;
  for (let at = 0; at < pixels.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pixels[at] = (state >>> 8) % (most + 1);
  }
  return pixels;
}
