import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { randomOf, type Random } from '../offers/random.ts';
import type { HeldTitles } from './held-titles.ts';

/** What somebody asks for. */
export interface Query {
  readonly text: string;
  /** Folded; a title must hold each. Of a ranked query: the whole text as it is. */
  readonly terms: readonly string[];
}

export const classNames = ['twoCharacters', 'threeOrFour', 'severalWords', 'absent', 'oneCharacter', 'ranked'] as const;
export type ClassName = (typeof classNames)[number];

/**
 * `count` queries of each class, the same ones for the same titles: pieces of random titles (so that frequent words are asked for
 * often, as people do), and real queries of `queries/queries.txt` below `data`, else two pieces of different titles for each.
 */
export async function queryClasses(held: HeldTitles, data: string | null, count: number): Promise<Record<ClassName, Query[]>> {
  const random = randomOf(1_688);
  const many = (make: () => string[]): Query[] => Array.from({ length: count }, () => queryOf(make()));
  return {
    twoCharacters: many(() => [piece(held, random, 2)]),
    threeOrFour: many(() => [piece(held, random, 3 + random.below(2))]),
    severalWords: many(() => pieces(held, random)),
    absent: many(() => [absent(held, random)]),
    oneCharacter: many(() => [piece(held, random, 1)]),
    ranked: (await realQueries(data, random, count)) ?? many(() => [piece(held, random, 2) + piece(held, random, 3)]),
  };
}

function queryOf(terms: readonly string[]): Query {
  return { text: terms.join(' '), terms };
}

/** So many Chinese characters that stand side by side in some title. */
function piece(held: HeldTitles, random: Random, length: number): string {
  return piecesOf(held, random, (run) => run.length >= length, (run) => cut(run, random, length));
}

/** Two or three pieces of one title, each of two characters. */
function pieces(held: HeldTitles, random: Random): string[] {
  return piecesOf(held, random, (run) => run.length >= 8, (run) => {
    const words = Array.from({ length: Math.min(3, Math.floor(run.length / 4)) }, (_, place) => run.slice(place * 4 + random.below(3)).slice(0, 2));
    return words.map((word) => word.join(''));
  });
}

function piecesOf<Found>(held: HeldTitles, random: Random, fits: (run: string[]) => boolean, take: (run: string[]) => Found): Found {
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const runs = [...held.folded(random.below(held.count)).matchAll(/\p{Script=Han}+/gu)].map(([run]) => [...run]).filter(fits);
    if (runs.length > 0) return take(random.of(runs));
  }
  throw new Error('Expected titles of Chinese characters, found hardly any.');
}

function cut(run: readonly string[], random: Random, length: number): string {
  const start = random.below(run.length - length + 1);
  return run.slice(start, start + length).join('');
}

/** Characters and words that occur, but not side by side. */
function absent(held: HeldTitles, random: Random): string {
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const length = 1 + random.below(2);
    const text = piece(held, random, length) + piece(held, random, length);
    if (held.holding([text]).length === 0) return text;
  }
  throw new Error('Expected some pair of words to occur in no title.');
}

async function realQueries(data: string | null, random: Random, count: number): Promise<Query[] | null> {
  const file = data === null ? null : path.join(data, 'queries/queries.txt');
  if (file === null || !existsSync(file)) return null;
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return Array.from({ length: count }, () => random.of(lines)).map((text) => ({ text, terms: [text] }));
}
