import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { defined } from '../defined.ts';
import { escapeXml, stylesXml } from './workbook-cells.ts';
import type { WrittenSheet } from './workbook-sheet.ts';

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** One time for all entries: the same content gives the same bytes. The local clock, as ZIP knows no zones. */
const entry = { mtime: new Date(2000, 0, 1), mode: 0o100644, forceDosTimestamp: true } as const;

/**
 * Packs written sheets and pictures into one XLSX file.
 * @param media paths on disk; the first is `1.jpeg`
 */
export async function packWorkbook(file: string, sheets: readonly WrittenSheet[], media: readonly string[], { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
  const zip = new ZipFile();
  const packed = zip.outputStream as Readable;
  zip.on('error', (error: Error) => packed.destroy(error));
  const addText = (name: string, text: string): void => zip.addBuffer(Buffer.from(text), name, entry);
  addText('[Content_Types].xml', contentTypes(sheets));
  addText('_rels/.rels', relationships([['rId1', 'officeDocument', 'xl/workbook.xml']]));
  addText('xl/workbook.xml', workbook(sheets));
  addText('xl/_rels/workbook.xml.rels', relationships([...sheets.map(({ number }) => [`rId${number}`, 'worksheet', `worksheets/sheet${number}.xml`] as const), ['styles', 'styles', 'styles.xml']]));
  addText('xl/styles.xml', stylesXml);
  for (const { number, sheet, relations, drawing } of sheets) {
    zip.addFile(sheet, `xl/worksheets/sheet${number}.xml`, entry);
    zip.addFile(relations, `xl/worksheets/_rels/sheet${number}.xml.rels`, entry);
    if (!drawing) continue;
    zip.addFile(drawing.drawing, `xl/drawings/drawing${number}.xml`, entry);
    zip.addFile(drawing.relations, `xl/drawings/_rels/drawing${number}.xml.rels`, entry);
  }
  for (const [index, picture] of media.entries()) zip.addFile(picture, `xl/media/${index + 1}.jpeg`, { ...entry, compress: false });
  zip.end();
  await pipeline(packed, createWriteStream(file), defined({ signal }));
}

function contentTypes(sheets: readonly WrittenSheet[]): string {
  const parts = [
    ['/xl/workbook.xml', `${spreadsheet}.sheet.main+xml`], ['/xl/styles.xml', `${spreadsheet}.styles+xml`],
    ...sheets.map(({ number }) => [`/xl/worksheets/sheet${number}.xml`, `${spreadsheet}.worksheet+xml`]),
    ...sheets.filter(({ drawing }) => drawing).map(({ number }) => [`/xl/drawings/drawing${number}.xml`, 'application/vnd.openxmlformats-officedocument.drawing+xml']),
  ];
  return `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>${parts.map(([name, type]) => `<Override PartName="${name}" ContentType="${type}"/>`).join('')}</Types>`;
}

function relationships(list: readonly (readonly [id: string, type: string, target: string])[]): string {
  return `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
}

/** Excel and LibreOffice keep the range of a filter as a hidden name besides. */
function workbook(sheets: readonly WrittenSheet[]): string {
  const names = sheets.map(({ name, range }, index) => `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">'${escapeXml(name)}'!${range.replace(/(?<![A-Z])([A-Z]+)(\d+)/g, '$$$1$$$2')}</definedName>`);
  return `${xml}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${office}"><sheets>${sheets.map(({ name, number }) => `<sheet name="${escapeXml(name)}" sheetId="${number}" r:id="rId${number}"/>`).join('')}</sheets><definedNames>${names.join('')}</definedNames></workbook>`;
}
