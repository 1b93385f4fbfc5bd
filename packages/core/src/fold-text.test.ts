import { describe, expect, test } from 'vitest';
import { foldText } from './fold-text.ts';
import { simplifiedCharacters, traditionalCharacters } from './traditional-characters.ts';

describe('foldText', () => {
  test('width, case and the traditional form do not matter', () => {
    expect(foldText('ＡＢＣ１２３ 手機殼')).toBe('abc123 手机壳');
    expect(foldText('羊絨圍巾')).toBe(foldText('羊绒围巾'));
  });

  test('a folded text stays as it is', () => {
    for (const text of ['乾燥花', '薴烯', '豈有此理', 'İstanbul', '㍿①ⅷ', '裡面']) expect(foldText(foldText(text))).toBe(foldText(text));
  });

  test('each traditional character has one simplified form, which is not traditional itself', () => {
    const [from, to] = [[...traditionalCharacters], [...simplifiedCharacters]];

    expect(to).toHaveLength(from.length);
    expect(new Set(from).size).toBe(from.length);
    expect(to.filter((character) => from.includes(character))).toEqual([]);
  });
});
