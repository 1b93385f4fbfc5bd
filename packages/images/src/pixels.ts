/** A small picture in memory, upright and in sRGB. */
export interface Pixels {
  /** Four bytes a pixel, row by row. */
  readonly rgba: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Pixels looked at in each direction for one of the smaller picture: enough for a mean, and few enough to cost nothing. */
const samples = 5;

/**
 * The same picture with sides of at most `longestPx`, for hashes and placeholders: each pixel is the mean of up to 5 × 5 that lie evenly
 * in its place. Never larger than it was.
 */
export function reduced({ data, widthPx, heightPx, channels }: { readonly data: Uint8Array; readonly widthPx: number; readonly heightPx: number; readonly channels: 3 | 4 }, longestPx: number): Pixels {
  const scale = Math.min(1, longestPx / Math.max(widthPx, heightPx));
  const [width, height] = [Math.max(1, Math.round(widthPx * scale)), Math.max(1, Math.round(heightPx * scale))];
  const [columns, rows] = [places(widthPx, width), places(heightPx, height)];
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let opacity = 0;
      let count = 0;
      for (let v = rows.starts[y]!; v < rows.starts[y + 1]!; v += 1) {
        for (let u = columns.starts[x]!; u < columns.starts[x + 1]!; u += 1) {
          const at = (rows.places[v]! * widthPx + columns.places[u]!) * channels;
          const alpha = channels === 4 ? data[at + 3]! : 255;
          red += data[at]! * alpha;
          green += data[at + 1]! * alpha;
          blue += data[at + 2]! * alpha;
          opacity += alpha;
          count += 1;
        }
      }
      const to = (y * width + x) * 4;
      const weight = opacity || 1;
      rgba[to] = red / weight + 0.5;
      rgba[to + 1] = green / weight + 0.5;
      rgba[to + 2] = blue / weight + 0.5;
      rgba[to + 3] = opacity / count + 0.5;
    }
  }
  return { rgba, widthPx: width, heightPx: height };
}

/** Which of `from` pixels are looked at for each of `to` pixels: those of pixel n stand at `starts[n]` to `starts[n + 1]`. */
function places(from: number, to: number): { readonly starts: Int32Array; readonly places: Int32Array } {
  const starts = new Int32Array(to + 1);
  const found: number[] = [];
  for (let n = 0; n < to; n += 1) {
    const [start, end] = [Math.floor((n * from) / to), Math.max(Math.floor((n * from) / to) + 1, Math.floor(((n + 1) * from) / to))];
    const count = Math.min(samples, end - start);
    for (let sample = 0; sample < count; sample += 1) found.push(start + Math.floor(((sample + 0.5) * (end - start)) / count));
    starts[n + 1] = found.length;
  }
  return { starts, places: Int32Array.from(found) };
}
