import { html, toText, type Html } from './html.ts';
import type { Words } from './words.ts';

export interface LayoutOptions {
  readonly words: Words;
  /** Address of this page in the other language. */
  readonly other: string;
}

/** The frame of the few pages that work without a script; the others are the dashboard's. */
export function layout(content: Html, { words, other }: LayoutOptions): string {
  return toText(html`<!doctype html>
<html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>1688sync</title><link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/style.css"></head>
<body><header><strong><a href="/">1688sync</a></strong><a class="soft" href="${other}" hreflang="${words.otherCode}">${words.other}</a></header>
<main>${content}</main></body></html>`);
}
