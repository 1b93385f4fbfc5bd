import { simplifiedCharacters, traditionalCharacters } from './traditional-characters.ts';

const simplified = simplifiedForms();
/** By UTF-16 code unit: a regular expression of 2,500 characters takes longer than all the rest of folding. */
const maybeTraditional = traditionalUnits();

/**
 * The form in which titles and queries are compared: full-width letters and digits become plain ones (Unicode NFKC), capitals small,
 * traditional characters simplified. The same as `fold` of the database's schema does, where that knows capitals of all scripts.
 */
export function foldText(text: string): string {
  const small = text.normalize('NFKC').toLowerCase();
  return hasTraditional(text) ? Array.from(small, (character) => simplified.get(character) ?? character).join('') : small;
}

function simplifiedForms(): ReadonlyMap<string, string> {
  const forms = [...simplifiedCharacters];
  return new Map(Array.from(traditionalCharacters, (character, place) => [character, forms[place] ?? character]));
}

function traditionalUnits(): Uint8Array {
  const units = new Uint8Array(0x1_0000);
  for (let at = 0; at < traditionalCharacters.length; at += 1) units[traditionalCharacters.charCodeAt(at)] = 1;
  // Compatibility ideographs become traditional characters only through NFKC.
  return units.fill(1, 0xF900, 0xFB00);
}

function hasTraditional(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (maybeTraditional[text.charCodeAt(at)] === 1) return true;
  return false;
}
