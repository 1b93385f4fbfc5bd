import { SyncError } from '@1688/core';

/** An element of the plain XML that S3 speaks: no attributes, no mixed content. */
export interface XmlElement {
  readonly name: string;
  /** Its own text; of an element with children the blanks between them. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Instruction, comment or doctype · character data · end · start or empty · text. */
const token = /<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^>]*>|<!\[CDATA\[([^]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)(?:\s[^>]*?)?(\/?)>|([^<]+)/y;

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws STORAGE_IO (retryable) for a document that was cut or is none */
export function parseXml(text: string): XmlElement {
  const top = { name: '', text: '', children: [] as XmlElement[] };
  const open = [top];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    const current = open.at(-1);
    if (!match || !current) throw notXml();
    const [, data, end, start, empty, words] = match;
    if (start !== undefined) {
      const element = { name: localName(start), text: '', children: [] };
      current.children.push(element);
      if (!empty) open.push(element);
    } else if (end !== undefined) {
      if (current.name !== localName(end)) throw notXml();
      open.pop();
    } else current.text += data ?? (words === undefined ? '' : unescaped(words));
  }
  const [root] = top.children;
  if (open.length !== 1 || !root || top.children.length !== 1) throw notXml();
  return root;
}

/** Text of the child with this name, or null. */
export function childText({ children }: XmlElement, name: string): string | null {
  return children.find((child) => child.name === name)?.text ?? null;
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function notXml(): SyncError {
  return new SyncError('STORAGE_IO', 'Expected a whole XML document from the service, received another or a part.', {
    retryable: true, hint: 'See whether the endpoint is that of an S3 service, and whether a proxy stands between.',
  });
}
