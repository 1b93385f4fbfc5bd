/** Letters and digits, by the ranges that `folded_grams` of the database knows them by; all else is punctuation. */
const letterOrDigit = /[0-9a-z\u00C0-\u1FFF\u3041-\u31FF\u3400-\uD7A3\u{20000}-\u{10FFFF}]/u;
const latin = /[0-9a-z]/;
const codes = /[0-9a-z]+(?:[-._/][0-9a-z]+)*/g;

/** Of a folded character. */
export function isWordCharacter(character: string): boolean {
  return letterOrDigit.test(character);
}

/** Of a word or number that is written with few signs: alone it says nothing. */
export function isLatin(character: string | undefined): boolean {
  return character !== undefined && latin.test(character);
}

/** Latin words of a folded text of three signs and more, and model codes also without their hyphens: `xk-2030a` gives 2030a and xk2030a. */
export function latinWords(folded: string): string[] {
  const found = (folded.match(codes) ?? []).flatMap((code) => [...code.split(/[-._/]/), code.replace(/[-._/]/g, '')]);
  return [...new Set(found.filter((word) => word.length >= 3 && word.length <= 32))];
}
