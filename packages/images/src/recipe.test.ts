import { expect, test } from 'vitest';
import { checkRecipes, defaultRecipes, recipeHash } from './recipe.ts';

test('a recipe hash changes with what changes the bytes, and with nothing else', () => {
  const recipe = { name: 'a', widthPx: 100, heightPx: 100 } as const;

  expect(recipeHash({ ...recipe, fit: 'inside', format: 'auto', quality: 80 })).toBe(recipeHash(recipe));
  expect(recipeHash({ ...recipe, name: 'b' })).toBe(recipeHash(recipe));
  for (const change of [{ widthPx: 101 }, { heightPx: 99 }, { fit: 'cover' as const }, { format: 'png' as const }, { quality: 79 }]) {
    expect(recipeHash({ ...recipe, ...change })).not.toBe(recipeHash(recipe));
  }
});

test('recipes that cannot be made are refused', () => {
  const sound = { name: 'a', widthPx: 100, heightPx: 100 };
  for (const change of [{ name: 'A' }, { name: '../x' }, { name: '' }, { name: 'original' }, { widthPx: 0 }, { heightPx: -1 }, { widthPx: 1e9 }, { widthPx: Number.NaN }, { quality: 140 }, { quality: 0 }]) {
    expect(() => checkRecipes([{ ...sound, ...change }]), JSON.stringify(change)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  }
  expect(() => checkRecipes([sound, sound])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  expect(() => checkRecipes(defaultRecipes)).not.toThrow();
});
