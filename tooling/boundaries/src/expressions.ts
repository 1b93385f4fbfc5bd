import { parseSync } from 'vite';

/** A regular expression as it stands in a source file. */
export interface Expression {
  readonly pattern: string;
  readonly flags: string;
}

/** Every regular expression that a file writes down. Those that are put together while it runs are not seen. */
export function expressionsIn(name: string, text: string): Expression[] {
  const found: Expression[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { regex } = value as { regex?: Expression };
    if (regex !== undefined) found.push({ pattern: regex.pattern, flags: regex.flags });
    for (const child of Object.values(value)) walk(child);
  };
  walk(parseSync(name, text).program);
  return found;
}

const usual = ['a', 'A', '0', ' ', '\t', '\n', '-', '.', '"', "'", '/', '\\', '<', '>', '(', ')', '[', '{', ',', ':', '=', '&', '#', '_', '!', '万', '起'];

/**
 * Texts that make an expression look again and again at what it has seen: what it is written of, repeated, with an end that never fits.
 * @param length characters of each text, about
 */
export function attacksOn({ pattern }: Expression, length: number): string[] {
  const words = pattern.replaceAll(/\\[a-z]/gi, ' ').match(/[^\\()[\]{}*+?|^$. ]+/g) ?? [];
  const repeated = [...new Set([...usual, ...words, ...pattern.replaceAll(/[\\()[\]{}*+?|^$]/g, '')])];
  const mixed = words.slice(0, 10).flatMap((word) => ['0', ' ', 'a', '"'].map((each) => word + each));
  const begun = words.flatMap((word) => ['0', ' ', 'a'].map((each) => word + each.repeat(length)));
  return [...[...repeated, ...mixed].map((each) => each.repeat(Math.ceil(length / each.length))), ...begun].map((text) => `${text}\0`);
}
