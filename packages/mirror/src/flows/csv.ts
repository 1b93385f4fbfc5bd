import { chinaTime, type ExportColumn } from './export-columns.ts';

/**
 * One line of CSV as RFC 4180 has it, with the carriage return and without the line feed: objects as JSON, and text that a
 * spreadsheet would run as a formula with a quote before it, which `import` takes away again.
 */
export function toCsvLine(cells: readonly unknown[]): string {
  return `${cells.map((cell) => quoted(withoutFormula(plainText(cell)))).join(',')}\r`;
}

/**
 * One line of CSV for Excel. What Excel would read as a number or date and must stay text (an id of 18 digits, 00071) becomes
 * `="00071"`: the only spelling that Excel, WPS and LibreOffice show whole and keep as text. `import` takes it off again.
 */
export function toExcelCsvLine(columns: readonly ExportColumn[], row: Readonly<Record<string, unknown>>): string {
  return `${columns.map(({ of, type }) => quoted(excelText(of(row), type))).join(',')}\r`;
}

function excelText(value: unknown, type: ExportColumn['type']): string {
  if (value === null || value === undefined) return '';
  switch (type) {
    case 'time':
      return chinaTime(new Date(value as string | Date)).toISOString().slice(0, 19).replace('T', ' ');
    case 'id': {
      const text = String(value);
      return isReadByExcel(text) ? `="${text}"` : withoutFormula(text);
    }
    default:
      return withoutFormula(plainText(value));
  }
}

/** What could be a number, a date, a percentage or a truth value in any language of Excel. Nothing here can hold a quote or a formula. */
function isReadByExcel(text: string): boolean {
  return /^(?=[.,/:%-]*\d)[\d.,/:%-]+(?:[eE][+-]?\d+)?$/.test(text) || /^(?:true|false)$/i.test(text) || /^\d{0,4}-?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*-?\d{0,4}$/i.test(text);
}

function plainText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell as string | number | boolean);
}

/** Text that has such a quote already gets another one, so that exactly one can be taken away. */
function withoutFormula(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
