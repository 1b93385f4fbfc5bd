import path from 'node:path';
import type { ExportColumn } from './export-columns.ts';
import { cellXml, columnName, escapeXml, headerXml } from './workbook-cells.ts';
import { openDrawing, type DrawnPicture } from './workbook-drawing.ts';
import { openPart } from './workbook-part.ts';

/** A sheet that is written, as files on disk. */
export interface WrittenSheet {
  readonly number: number;
  readonly name: string;
  /** Such as `A1:Q101`: headers and rows. */
  readonly range: string;
  readonly sheet: string;
  readonly relations: string;
  /** Null without pictures. */
  readonly drawing: { readonly drawing: string; readonly relations: string } | null;
}

export interface Sheet extends AsyncDisposable {
  /** Rows so far, the header among them. */
  readonly rows: number;
  add(values: Readonly<Record<string, unknown>>, picture: DrawnPicture | null): Promise<void>;
  close(): Promise<WrittenSheet>;
}

export interface SheetOptions {
  readonly folder: string;
  readonly number: number;
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  readonly language: 'en' | 'zh-CN';
  /** The first column is for pictures. */
  readonly pictures: boolean;
}

/** What Excel opens without a complaint; links beyond are plain text. */
const mostLinks = 65_530;
/** Room for a picture of 96 pixels. */
const pictureHeightPoints = 75;
const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

export async function openSheet({ folder, number, name, columns, language, pictures }: SheetOptions): Promise<Sheet> {
  await using stack = new AsyncDisposableStack();
  const sheet = stack.use(await openPart(path.join(folder, `sheet${number}.xml`)));
  const relations = stack.use(await openPart(path.join(folder, `sheet${number}.xml.rels`)));
  const drawing = pictures ? stack.use(await openDrawing(folder, number)) : null;
  const letters = columns.map((_, index) => columnName(index));
  const links: string[] = [];
  let rows = 1;
  await relations.write(`${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`);
  await sheet.write(`${xml}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheetViews><sheetView workbookViewId="0"${number === 1 ? ' tabSelected="1"' : ''}><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>`);
  await sheet.write(`<cols>${columns.map(({ width }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('')}</cols><sheetData>`);
  await sheet.write(`<row r="1">${columns.map((column, index) => headerXml(`${letters[index]!}1`, language === 'en' ? column.en : column.zh)).join('')}</row>`);
  const opened = stack.move();
  return {
    get rows() {
      return rows;
    },
    async add(values, picture) {
      rows += 1;
      const cells: string[] = [];
      for (const [index, { of, type }] of columns.entries()) {
        const at = `${letters[index]!}${rows}`;
        const value = of(values);
        const linked = type === 'link' && isWebAddress(value) && links.length < mostLinks;
        cells.push(cellXml(at, value, type === 'link' && !linked ? 'text' : type));
        if (!linked) continue;
        links.push(at);
        await relations.write(`<Relationship Id="l${links.length}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="${escapeXml(value)}" TargetMode="External"/>`);
      }
      await sheet.write(`<row r="${rows}"${picture ? ` ht="${pictureHeightPoints}" customHeight="1"` : ''}>${cells.join('')}</row>`);
      if (picture) await drawing?.add(rows, picture);
    },
    async close() {
      const range = `A1:${letters.at(-1)!}${rows}`;
      await sheet.write(`</sheetData><autoFilter ref="${range}"/>`);
      if (links.length > 0) await sheet.write(`<hyperlinks>${links.map((at, index) => `<hyperlink ref="${at}" r:id="l${index + 1}"/>`).join('')}</hyperlinks>`);
      if (drawing) {
        await sheet.write('<drawing r:id="d1"/>');
        await relations.write(`<Relationship Id="d1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../drawings/drawing${number}.xml"/>`);
      }
      await sheet.write('</worksheet>');
      await relations.write('</Relationships>');
      await sheet.close();
      await relations.close();
      return { number, name, range, sheet: sheet.path, relations: relations.path, drawing: (await drawing?.close()) ?? null };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Excel repairs a workbook with a link that it cannot read: only what is surely one becomes a link. */
function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2_000 && /^https?:\/\/[!-~]+$/.test(value) && URL.canParse(value);
}
