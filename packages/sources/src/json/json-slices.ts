/**
 * The text of chosen values inside a JSON document, found in one pass over it.
 * @param text valid JSON
 * @param pointers JSON pointers (RFC 6901); a pointer that leads nowhere is left out of the result
 */
export function sliceJson(text: string, pointers: ReadonlySet<string>): Map<string, string> {
  const slices = new Map<string, string>();
  const longest = Math.max(0, ...[...pointers].map((pointer) => pointer.split('/').length - 1));
  let at = 0;

  function blanks(): void {
    while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  }

  function string(): string {
    const start = at;
    for (at += 1; text[at] !== '"' && at < text.length; at += 1) if (text[at] === '\\') at += 1;
    at += 1;
    return text.slice(start, at);
  }

  /** Moves behind a value without looking into it, however deep it is. */
  function pass(): void {
    let open = 0;
    do {
      const character = text[at];
      if (character === '"') string();
      else if (character === '{' || character === '[') {
        open += 1;
        at += 1;
      } else if (character === '}' || character === ']') {
        open -= 1;
        at += 1;
      } else if (open > 0) at += 1;
      else while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at += 1;
    } while (open > 0 && at < text.length);
  }

  function value(pointer: string, depth: number): void {
    blanks();
    const start = at;
    if (depth < longest && text[at] === '{') members(pointer, depth);
    else if (depth < longest && text[at] === '[') elements(pointer, depth);
    else pass();
    if (pointers.has(pointer)) slices.set(pointer, text.slice(start, at));
    blanks();
  }

  function members(pointer: string, depth: number): void {
    at += 1;
    for (blanks(); at < text.length && text[at] !== '}'; blanks()) {
      if (text[at] !== '"') {
        at += 1; // a comma
        continue;
      }
      const key = string();
      blanks();
      at += 1; // the colon
      value(`${pointer}/${escapeToken(JSON.parse(key) as string)}`, depth + 1);
    }
    at += 1;
  }

  function elements(pointer: string, depth: number): void {
    at += 1;
    let index = 0;
    for (blanks(); at < text.length && text[at] !== ']'; blanks()) {
      if (text[at] === ',') at += 1;
      else value(`${pointer}/${index++}`, depth + 1);
    }
    at += 1;
  }

  value('', 0);
  return slices;
}

/** A key as it stands in a JSON pointer. */
export function escapeToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
