import { html, toText, type Html } from './html.ts';
import type { Words } from './words.ts';

export interface LayoutOptions {
  readonly words: Words;
  readonly text?: string;
  readonly totals?: string;
  /** Address of this page in the other language. */
  readonly other: string;
}

/** The frame of every page. */
export function layout(content: Html, { words, text = '', totals = '', other }: LayoutOptions): string {
  return toText(html`<!doctype html>
<html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text ? `${text} · ` : ''}${words.title}</title><link rel="stylesheet" href="/style.css"></head>
<body><header><strong><a href="/?lang=${words.lang}">1688sync</a></strong>
<form action="/" role="search"><input type="hidden" name="lang" value="${words.lang}"><input type="search" name="q" value="${text}" placeholder="${words.placeholder}" aria-label="${words.search}"><button>${words.search}</button></form>
<span class="totals">${totals}</span><a class="soft" href="${other}" hreflang="${words.otherCode}">${words.other}</a></header>
<main>${content}</main></body></html>`);
}

/** `¥35.00–41.00`, or that the price is on request (面议). */
export function priceText(min: string | null | undefined, max: string | null | undefined, words: Words): string {
  if (!min) return words.onRequest;
  return max && max !== min ? `¥${short(min)}–${short(max)}` : `¥${short(min)}`;
}

function short(yuan: string): string {
  return yuan.replace(/(\.\d\d)\d*$/, '$1');
}
