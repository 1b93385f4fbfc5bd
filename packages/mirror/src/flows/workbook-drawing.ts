import path from 'node:path';
import { openPart } from './workbook-part.ts';

export interface DrawnPicture {
  /** Number of the picture's file under `xl/media`. */
  readonly media: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The pictures of one sheet, each inside the first cell of its row. */
export interface Drawing extends AsyncDisposable {
  /** @param row counted from 1 */
  add(row: number, picture: DrawnPicture): Promise<void>;
  /** Paths on disk of the drawing and of its relations. */
  close(): Promise<{ readonly drawing: string; readonly relations: string }>;
}

const emuPerPx = 9_525;
const marginPx = 2;
const open = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

export async function openDrawing(folder: string, number: number): Promise<Drawing> {
  await using stack = new AsyncDisposableStack();
  const drawing = stack.use(await openPart(path.join(folder, `drawing${number}.xml`)));
  const relations = stack.use(await openPart(path.join(folder, `drawing${number}.xml.rels`)));
  const related = new Set<number>();
  let pictures = 0;
  await drawing.write(`${open}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">`);
  await relations.write(`${open}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`);
  const opened = stack.move();
  return {
    async add(row, { media, widthPx, heightPx }) {
      pictures += 1;
      if (!related.has(media)) {
        related.add(media);
        await relations.write(`<Relationship Id="m${media}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="../media/${media}.jpeg"/>`);
      }
      const corner = (name: string, xPx: number, yPx: number): string => `<xdr:${name}><xdr:col>0</xdr:col><xdr:colOff>${xPx * emuPerPx}</xdr:colOff><xdr:row>${row - 1}</xdr:row><xdr:rowOff>${yPx * emuPerPx}</xdr:rowOff></xdr:${name}>`;
      // Tied to both corners of its cell, a picture goes along when rows are sorted and hides when they are filtered.
      await drawing.write(`<xdr:twoCellAnchor editAs="twoCell">${corner('from', marginPx, marginPx)}${corner('to', marginPx + widthPx, marginPx + heightPx)}<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="${pictures + 1}" name="Picture ${pictures}"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="m${media}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="${widthPx * emuPerPx}" cy="${heightPx * emuPerPx}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>`);
    },
    async close() {
      await drawing.write('</xdr:wsDr>');
      await relations.write('</Relationships>');
      await drawing.close();
      await relations.close();
      return { drawing: drawing.path, relations: relations.path };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
