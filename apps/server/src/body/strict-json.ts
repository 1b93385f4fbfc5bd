import { SyncError } from '@1688/core';

const mostDepth = 64;

/**
 * JSON of a request: valid UTF-8, at most 64 levels deep, no key twice in one object, no `__proto__`.
 * @throws ARGUMENT_INVALID
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decoded(bytes);
  checkStructure(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw invalid('valid JSON', cause instanceof Error ? cause.message.slice(0, 120) : 'other text', cause);
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('UTF-8', 'other bytes', cause);
  }
}

/** One pass over the text, before anything is built of it. What is no JSON at all is left to JSON.parse to say. */
function checkStructure(text: string): void {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '{' || letter === '[') {
      open.push(letter === '{' ? new Set() : null);
      if (open.length > mostDepth) throw invalid(`at most ${mostDepth} levels`, 'more');
    } else if (letter === '}' || letter === ']') {
      open.pop();
    } else if (letter === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys && /^[ \t\r\n]*:/.test(text.slice(end + 1, end + 65))) addKey(keys, text.slice(at, end + 1));
      at = end;
    }
  }
}

function addKey(keys: Set<string>, literal: string): void {
  const key = literal.includes('\\') ? unescaped(literal) : literal.slice(1, -1);
  if (key === '__proto__') throw invalid('no key "__proto__"', 'one');
  if (keys.has(key)) throw invalid('each key once in an object', `${JSON.stringify(key.slice(0, 60))} twice`);
  keys.add(key);
}

function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal; // JSON.parse of the whole says what is wrong with it
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function invalid(expected: string, received: string, cause?: unknown): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected the body to be ${expected}, received ${received}.`, { ...(cause === undefined ? {} : { cause }), details: { field: 'body' } });
}
