/**
 * One line of CSV (RFC 4180) without its end. Text that a spreadsheet would run as a formula gets a quote before it; with
 * `excel`, long digits are written so that Excel keeps them as text.
 */
export function toCsvLine(cells: readonly unknown[], excel: boolean): string {
  return cells.map((cell) => toCell(cell, excel)).join(',');
}

function toCell(cell: unknown, excel: boolean): string {
  if (cell === null || cell === undefined) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  if (excel && /^\d{11,}$/.test(text)) return `"=""${text}"""`;
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
