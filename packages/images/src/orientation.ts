import type { Sharp } from 'sharp';

/** Turns what lies as EXIF's orientation (1 to 8) says, so that it stands upright. sharp mirrors first and turns then. */
export function upright(pixels: Sharp, orientation: number): Sharp {
  const degrees = { 3: 180, 5: 270, 6: 90, 7: 90, 8: 270 }[orientation];
  const turned = degrees === undefined ? pixels : pixels.rotate(degrees);
  if (orientation === 4) return turned.flip();
  return [2, 5, 7].includes(orientation) ? turned.flop() : turned;
}
