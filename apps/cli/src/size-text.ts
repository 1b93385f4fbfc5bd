const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.2 MB`: powers of 1000, one digit after the point below 100. */
export function sizeText(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
