import { chinaTime, type ExportColumn } from './export-columns.ts';

/** Where the styles of `stylesXml` stand; a cell names one by its place. */
const style = { plain: 0, header: 1, text: 2, money: 3, count: 4, time: 5, link: 6, quoted: 7 } as const;

/** The styles that cells name by number. Ids have the format `@`: a cell that is edited stays text. */
export const stylesXml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.00##"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts>\
<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFEEF1F5"/><bgColor indexed="64"/></patternFill></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="8"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="center"/></xf><xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="center"/></xf>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="center"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="center"/></xf>\
<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="center"/></xf><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="center"/></xf>\
<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="center"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyAlignment="1"><alignment vertical="center"/></xf></cellXfs></styleSheet>`;

/** One cell, or '' for an empty one. Text is text whatever it looks like: nothing in a workbook of ours is a formula. */
export function cellXml(at: string, value: unknown, type: ExportColumn['type']): string {
  if (value === null || value === undefined || value === '') return '';
  switch (type) {
    case 'money':
    case 'count':
    case 'number':
      // The digits as they stand in the database: no float comes between.
      return `<c r="${at}" s="${type === 'money' ? style.money : type === 'count' ? style.count : style.plain}"><v>${escapeXml(String(value))}</v></c>`;
    case 'time':
      return `<c r="${at}" s="${style.time}"><v>${serialDate(new Date(value as string | Date))}</v></c>`;
    case 'id':
      return textXml(at, String(value), style.text);
    case 'link':
      return textXml(at, String(value), style.link);
    default:
      return textXml(at, String(value), /^[=+\-@]/.test(String(value)) ? style.quoted : style.plain);
  }
}

export function headerXml(at: string, text: string): string {
  return textXml(at, text, style.header);
}

/** The most UTF-16 units that a cell of Excel holds. */
const longestText = 32_767;

function textXml(at: string, text: string, styleNumber: number): string {
  const cut = text.length <= longestText ? text : text.slice(0, longestText).replace(/[\uD800-\uDBFF]$/, '');
  return `<c r="${at}" s="${styleNumber}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cut.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_'))}</t></is></c>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML 1.0; characters that it cannot hold are left out. */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- exactly the characters that XML forbids
  return text.toWellFormed().replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '').replace(/[&<>"]/g, (each) => entities[each]!);
}

const dayMs = 86_400_000;
/** 1970-01-01 in days of Excel's calendar. */
const unixEpochDays = 25_569;

/** Excel knows no time zones: the clock shows China time, as the source does and as `import` reads it back. */
function serialDate(time: Date): string {
  const days = unixEpochDays + chinaTime(time).getTime() / dayMs;
  // Half a millisecond more: readers that cut off fractions of a second instead of rounding them must not lose a second.
  return Number.isInteger(days) ? String(days) : (days + 5e-9).toFixed(9);
}

/** A, B, … Z, AA of a column counted from 0. */
export function columnName(index: number): string {
  return (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
}
