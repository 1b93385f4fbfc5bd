import { simplifiedCharacters, traditionalCharacters } from './traditional-characters.ts';

const simplified = simplifiedForms();
// Compatibility ideographs become traditional characters only through NFKC.
const traditional = new RegExp(`[${traditionalCharacters}\\uF900-\\uFAFF]`, 'u');

/**
 * The form in which titles and queries are compared: full-width letters and digits become plain ones (Unicode NFKC), capitals small,
 * traditional characters simplified. The same as `fold` of the database's schema does, where that knows capitals of all scripts.
 */
export function foldText(text: string): string {
  const small = text.normalize('NFKC').toLowerCase();
  return traditional.test(text) ? Array.from(small, (character) => simplified.get(character) ?? character).join('') : small;
}

function simplifiedForms(): ReadonlyMap<string, string> {
  const forms = [...simplifiedCharacters];
  return new Map(Array.from(traditionalCharacters, (character, place) => [character, forms[place] ?? character]));
}
