import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import { attacksOn, expressionsIn, type Expression } from './expressions.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** @returns the beginning of the first text over which the expression does not come to an end, or null. One that goes over a text once needs a hundredth of the time it is given. */
function hangsOn(expression: Expression): string | null {
  const context = createContext({ expression: new RegExp(expression.pattern, expression.flags) });
  for (const attack of attacksOn(expression, 50_000)) {
    context['text'] = attack;
    try {
      runInContext('expression.lastIndex = 0; expression.test(text);', context, { timeout: 500 });
    } catch {
      return attack.slice(0, 20);
    }
  }
  return null;
}

test('H15: no expression of the packages and apps hangs over fifty thousand characters made against it', () => {
  const files = globSync('{packages,apps}/*/src/**/*.{ts,tsx}', { cwd: root }).filter((file) => !/\.test\.tsx?$/.test(file));
  const found = new Map<string, { readonly file: string; readonly expression: Expression }>();
  for (const file of files) for (const expression of expressionsIn(file, readFileSync(path.join(root, file), 'utf8'))) found.set(`/${expression.pattern}/${expression.flags}`, { file, expression });

  const hanging = [...found].flatMap(([text, { file, expression }]) => {
    const attack = hangsOn(expression);
    return attack === null ? [] : [`${file} ${text} over ${JSON.stringify(attack)}`];
  });

  expect(hanging).toEqual([]);
  expect(found.size).toBeGreaterThan(200);
});

test('an expression that hangs is found', () => {
  const [nested, tail] = expressionsIn('x.ts', String.raw`export const nested = /^(a+)+$/, tail = /\s+$/;`);

  expect([nested, tail].map((each) => hangsOn(each!)?.slice(0, 1))).toEqual(['a', ' ']);
});
