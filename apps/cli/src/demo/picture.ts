import sharp from 'sharp';
import { colours, type Goods } from './goods.ts';

const sidePx = 400;
type Rgb = readonly [number, number, number];

/** True inside the outline; x and y run from -1 to 1, y downward. */
const outlines: Readonly<Record<Goods['shape'], (x: number, y: number) => boolean>> = {
  dress: (x, y) => (y > -0.75 && y < -0.1 && Math.abs(x) < 0.24 + 0.1 * Math.cos(y * 6)) || (y >= -0.1 && y < 0.8 && Math.abs(x) < 0.26 + (y + 0.1) * 0.42),
  trousers: (x, y) => y > -0.8 && y < 0.85 && (y < -0.2 ? Math.abs(x) < 0.36 : Math.abs(Math.abs(x) - 0.21 + y * 0.03) < 0.15 - y * 0.04),
  bag: (x, y) => (Math.abs(x) ** 4 / 0.1 + Math.abs(y - 0.1) ** 4 / 0.24 < 1) || (y < -0.4 && Math.abs(Math.hypot(x, y + 0.5) - 0.24) < 0.05),
  cup: (x, y) => (y > -0.6 && y < 0.75 && Math.abs(x) < 0.36 - y * 0.06) || (y <= -0.6 && y > -0.78 && Math.abs(x) < 0.3),
  leash: (x, y) => Math.abs(Math.hypot(x + 0.15, y - 0.15) - 0.45) < 0.08 || Math.abs(y + 0.35 - Math.sin(x * 4) * 0.2) < 0.05,
  box: (x, y) => Math.abs(x) < 0.66 && y > -0.35 && y < 0.55 && !(y < -0.2 && Math.abs(x) > 0.6),
};

/** Draws one product photo as JPEG: the goods' outline in its colour on a soft ground, told apart by offer and view. */
export async function drawProduct({ shape, colour, view, seed }: { shape: Goods['shape']; colour: number; view: number; seed: number }): Promise<Buffer> {
  const inside = outlines[shape];
  const fill = colours[colour % colours.length]?.[1] ?? ([128, 128, 128] as const);
  const tilt = ((seed % 17) - 8) * 0.02 + view * 0.15;
  const stripes = 3 + (seed % 9);
  return encode((x, y) => {
    const turnedX = (x * Math.cos(tilt) - y * Math.sin(tilt)) * (1 + (seed % 5) * 0.03);
    const turnedY = x * Math.sin(tilt) + y * Math.cos(tilt);
    if (!inside(turnedX, turnedY)) return ground(x, y, seed);
    const shade = 0.82 + 0.18 * Math.cos(turnedX * 2.2) + (Math.floor((turnedY + 1) * stripes + (seed % 3) * turnedX * 4) % 2 === 0 ? 0.05 : -0.05);
    return [fill[0] * shade, fill[1] * shade, fill[2] * shade];
  });
}

/** The size chart (尺码表) that many offers share. */
export async function drawSizeChart(): Promise<Buffer> {
  return encode((x, y) => {
    const line = Math.abs((x * 4) % 1) < 0.03 || Math.abs((y * 5) % 1) < 0.03;
    return line ? [90, 90, 90] : Math.abs(y + 0.9) < 0.1 ? [210, 220, 235] : [250, 250, 250];
  });
}

function ground(x: number, y: number, seed: number): Rgb {
  const light = 236 - 18 * Math.hypot(x, y) + (seed % 4) * 3;
  return [light, light, light + 2];
}

async function encode(colourAt: (x: number, y: number) => Rgb): Promise<Buffer> {
  const pixels = Buffer.alloc(sidePx * sidePx * 3);
  for (let row = 0, at = 0; row < sidePx; row += 1) {
    for (let column = 0; column < sidePx; column += 1, at += 3) {
      const [red, green, blue] = colourAt((column / sidePx) * 2 - 1, (row / sidePx) * 2 - 1);
      pixels[at] = Math.min(255, red);
      pixels[at + 1] = Math.min(255, green);
      pixels[at + 2] = Math.min(255, blue);
    }
  }
  return sharp(pixels, { raw: { width: sidePx, height: sidePx, channels: 3 } }).jpeg({ quality: 82 }).toBuffer();
}
