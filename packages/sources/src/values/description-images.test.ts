import { expect, test } from 'vitest';
import { descriptionImages } from './description-images.ts';

const host = 'https://cbu01.alicdn.com/img/ibank/';

test('pictures come in order, absolute, each once', () => {
  const html = `<p>尺码</p><img src="${host}a.jpg"/><IMG class=x src='//cbu01.alicdn.com/img/ibank/b.png' >
    <div style="background-image:url(&quot;${host}c.webp&quot;)"></div><img alt="a > b" src=img/ibank/d.jpg><img src="${host}a.jpg">`;

  expect(descriptionImages(html)).toEqual([`${host}a.jpg`, `${host}b.png`, `${host}c.webp`, `${host}d.jpg`]);
});

test('a lazy picture is the one that is loaded later', () => {
  expect(descriptionImages(`<img src="${host}loading.gif" data-lazyload-src="${host}real.jpg?x=1&amp;y=2">`)).toEqual([`${host}real.jpg?x=1&y=2`]);
});

test('spacers, pixels, data URLs and undefined are no pictures', () => {
  expect(descriptionImages(`<img src="${host}s.gif"><img width="1" src="${host}p.jpg"><img src="data:image/png;base64,AA"><img src="undefined"><img alt="undefined"><imgx src="${host}n.jpg">`)).toEqual([]);
});

test('quotes inside quotes lose nothing but themselves', () => {
  expect(descriptionImages(`<img src="${host}a.jpg" alt="a "quoted" name"><img src="${host}b.jpg">`)).toEqual([`${host}a.jpg`, `${host}b.jpg`]);
});

test.each(['<img ', '<img src="', `<img a='`, 'url(', '<img/'])('two megabytes of %j are read in linear time', (piece) => {
  const started = performance.now();

  descriptionImages(piece.repeat(Math.floor(2_000_000 / piece.length)));

  expect(performance.now() - started).toBeLessThan(3_000);
});
