import type { Random } from '../offers/random.ts';

const marks = ['"', '“', '”', '-', '%', '_', '\\', '\'', '&', '|', '!', '(', ')', ':*', '<->', '，', '。', '【', '】', '/', '·', '\u0000', '\u200b', '\ud800', '🎁', 'é', 'ß', 'İ', '㍿', '①', '　', '\t', '\n'];
const traditional = ['機', '殼', '褲', '裝', '乾', '龍', '褶'];

/**
 * A text as nobody should type it, made of one that people did: characters lost, doubled, swapped and strange ones put in, cut to a
 * piece, quoted, left out with a minus, in full width, or very long.
 */
export function oddQuery(text: string, random: Random): string {
  const characters = [...text];
  const at = (): number => random.below(characters.length + 1);
  const changes: readonly (() => void)[] = [
    () => characters.splice(at(), 1),
    () => characters.splice(at(), 0, characters[random.below(Math.max(1, characters.length))] ?? '女'),
    () => characters.splice(at(), 0, random.of(marks)),
    () => characters.splice(at(), 0, random.of(traditional)),
    () => characters.splice(at(), 2, characters[at()] ?? '裤', characters[at()] ?? '2'),
    () => characters.splice(0, random.below(characters.length + 1)),
    () => { characters.unshift('"'); characters.push('"'); },
    () => characters.unshift('-'),
    () => characters.splice(at(), 0, ' '),
    () => characters.splice(0, characters.length, ...characters.map((each) => (/[!-~]/.test(each) ? String.fromCodePoint(each.charCodeAt(0) + 0xfee0) : each))),
  ];
  for (let count = random.below(4); count >= 0; count -= 1) random.of(changes)();
  return random.below(200) === 0 ? characters.join('').repeat(200) : characters.join('');
}
