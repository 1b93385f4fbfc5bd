import { maxTextLength, tooLong } from '../bytes/text-lines.ts';

/** One value cut out of a stream of JSON, as text. */
export interface JsonPiece {
  readonly text: string;
  /** 1-based line on which it begins. */
  readonly line: number;
  /** Position in the array, or null outside one. */
  readonly index: number | null;
}

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** What may stand between values: separators, and the head and tail of `callback(…);`. */
const betweenValues = /^[\s);,\u001E]*(?:(?:\/\*\*\/\s*)?[\w$.]+\s*\(\s*)?$/;

/**
 * Cuts a stream of JSON into values without parsing it: each element of the arrays on the outermost level, and each other value
 * there. Memory is bound by the longest value. `skip` characters are dropped first: `{"RECORDS":` makes the array behind it outermost.
 * What stands outside values and is neither blank nor part of `callback(…);` comes out as a piece too, so that it can be rejected.
 */
export async function* splitJson(chunks: AsyncIterable<string>, { skip = 0 }: { skip?: number } = {}): AsyncGenerator<JsonPiece[]> {
  const cutter = jsonCutter(skip);
  for await (const chunk of chunks) {
    const pieces = cutter.take(chunk);
    if (pieces.length > 0) yield pieces;
  }
  const rest = cutter.end();
  if (rest.length > 0) yield rest;
}

interface JsonCutter {
  take(chunk: string): JsonPiece[];
  end(): JsonPiece[];
}

function jsonCutter(skip: number): JsonCutter {
  const firstArrayOnly = skip > 0;
  let toSkip = skip;
  let line = 1;
  let startLine = 1;
  let depth = 0;
  /** Depth on which the values to cut stand: 1 inside an outermost array, else 0. */
  let base = 0;
  let inString = false;
  let escaped = false;
  let index = 0;
  let held = '';
  let done = false;
  let pieces: JsonPiece[] = [];

  function give(tail: string): void {
    const text = held + tail;
    held = '';
    if (text.trim() === '') return;
    const outside = depth === 0 && base === 0 && !text.includes('{');
    if (outside && betweenValues.test(text)) return;
    pieces.push({ text, line: outside ? line : startLine, index: base === 1 ? index++ : null });
  }

  function valueStarts(gap: string): void {
    if (depth === base && held.trim() === '' && gap.trim() === '') startLine = line;
  }

  /** Handles a character outside strings; returns where the text that was not yet given out starts. */
  function outside(code: number, chunk: string, start: number, at: number): number {
    switch (code) {
      case quote:
        valueStarts(chunk.slice(start, at));
        inString = true;
        return start;
      case openBrace:
      case openBracket:
        if (depth > 0) {
          if (depth === base) valueStarts(chunk.slice(start, at));
          depth += 1;
          return start;
        }
        give(chunk.slice(start, at));
        startLine = line;
        depth = 1;
        index = 0;
        base = code === openBracket ? 1 : 0;
        return at + base;
      case closeBrace:
      case closeBracket: {
        if (depth === 0) return start;
        depth -= 1;
        if (depth > 0) return start;
        give(chunk.slice(start, at + 1 - base));
        done = base === 1 && firstArrayOnly;
        base = 0;
        return at + 1;
      }
      case comma:
        if (depth !== base) return start;
        give(chunk.slice(start, at));
        return at + 1;
      default:
        return start;
    }
  }

  return {
    take(chunk) {
      pieces = [];
      let start = Math.min(toSkip, chunk.length);
      toSkip -= start;
      for (let at = 0; at < start; at += 1) if (chunk.charCodeAt(at) === 10) line += 1;
      for (let at = start; at < chunk.length && !done; at += 1) {
        const code = chunk.charCodeAt(at);
        if (code === 10) line += 1;
        if (!inString) start = outside(code, chunk, start, at);
        else if (escaped) escaped = false;
        else if (code === backslash) escaped = true;
        else if (code === quote) inString = false;
      }
      if (!done) held += chunk.slice(start);
      if (held.length > maxTextLength) throw tooLong('one JSON value');
      return pieces;
    },
    end() {
      pieces = [];
      if (!done) give('');
      return pieces;
    },
  };
}
