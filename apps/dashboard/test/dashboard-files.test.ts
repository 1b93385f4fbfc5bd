import { dashboardFiles } from '@1688/dashboard';
import { expect, test } from 'vitest';

const files = [...(await dashboardFiles()).values()];
const texts = files.map(({ name, bytes }) => ({ name, text: new TextDecoder().decode(bytes) }));

test('everything the pages load is at most 120 kB as it travels', () => {
  const sizeBytes = files.reduce((sum, { bytes, gzipped }) => sum + (gzipped ?? bytes).length, 0);

  expect(sizeBytes).toBeLessThanOrEqual(120_000);
});

test('the document has neither script nor style inside, and names no other host', () => {
  const { text } = texts.find(({ name }) => name === 'index.html')!;

  expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//);
});

test('no script and no style sheet loads anything from elsewhere or runs text', () => {
  for (const { name, text } of texts) {
    expect([name, /@import|url\(["']?(?:https?:)?\/\//.test(text)]).toEqual([name, false]);
    expect([name, /\beval\(|new Function\(|import\(["'`]https?:/.test(text)]).toEqual([name, false]);
  }
});

test('what is loaded carries a hash in its name; the document and the icon do not', () => {
  expect(files.filter((file) => !file.immutable).map((file) => file.name).toSorted()).toEqual(['icon.svg', 'index.html']);
  for (const { name } of files.filter((file) => file.immutable)) expect(name).toMatch(/^assets\/[\w-]+-[\w-]{8}\.(?:js|css)$/);
});
