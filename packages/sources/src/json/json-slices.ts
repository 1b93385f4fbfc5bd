/** Pointers as a tree of their tokens, so that a key is compared once for all of them. */
interface Wanted {
  /** The pointer that ends here, or null for one that only leads on. */
  pointer: string | null;
  readonly children: Map<string, Wanted>;
}

/**
 * The text of chosen values inside a JSON document, found in one pass over it.
 * @param text valid JSON
 * @param pointers JSON pointers (RFC 6901); a pointer that leads nowhere is left out of the result
 */
export function sliceJson(text: string, pointers: ReadonlySet<string>): Map<string, string> {
  const slices = new Map<string, string>();
  const root = treeOf(pointers);
  let at = 0;

  function blanks(): void {
    while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  }

  /** Moves behind a string; `at` is on its opening quote. */
  function passString(): void {
    for (;;) {
      at = text.indexOf('"', at + 1);
      if (at < 0) at = text.length;
      let backslashes = 0;
      while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
      if (backslashes % 2 === 0 || at === text.length) break;
    }
    at += 1;
  }

  /** Moves behind a value without looking into it, however deep it is. */
  function pass(): void {
    let open = 0;
    do {
      const code = text.charCodeAt(at);
      if (code === 0x22) passString();
      else if (code === 0x7b || code === 0x5b) {
        open += 1;
        at += 1;
      } else if (code === 0x7d || code === 0x5d) {
        open -= 1;
        at += 1;
      } else if (open > 0) at += 1;
      else while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at += 1;
    } while (open > 0 && at < text.length);
  }

  function value(wanted: Wanted | undefined): void {
    blanks();
    const start = at;
    if (wanted && wanted.children.size > 0 && text[at] === '{') members(wanted);
    else if (wanted && wanted.children.size > 0 && text[at] === '[') elements(wanted);
    else pass();
    if (wanted && wanted.pointer !== null) slices.set(wanted.pointer, text.slice(start, at));
    blanks();
  }

  function members({ children }: Wanted): void {
    at += 1;
    for (blanks(); at < text.length && text[at] !== '}'; blanks()) {
      if (text[at] !== '"') {
        at += 1; // a comma
        continue;
      }
      const start = at;
      passString();
      const raw = text.slice(start + 1, at - 1);
      blanks();
      at += 1; // the colon
      value(children.get(raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw));
    }
    at += 1;
  }

  function elements({ children }: Wanted): void {
    at += 1;
    let index = 0;
    for (blanks(); at < text.length && text[at] !== ']'; blanks()) {
      if (text[at] === ',') at += 1;
      else value(children.get(String(index++)));
    }
    at += 1;
  }

  value(root);
  return slices;
}

function treeOf(pointers: ReadonlySet<string>): Wanted {
  const root: Wanted = { pointer: null, children: new Map() };
  for (const pointer of pointers) {
    let wanted = root;
    for (const token of pointer.split('/').slice(1)) {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const known = wanted.children.get(key);
      const next = known ?? { pointer: null, children: new Map() };
      if (!known) wanted.children.set(key, next);
      wanted = next;
    }
    wanted.pointer = pointer;
  }
  return root;
}

/** A key as it stands in a JSON pointer. */
export function escapeToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
