import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { answer, blackHole, faults, hostileServer, openDescriptors } from '../src/index.ts';

/** All that comes until the other side ends. */
async function ask(port: number, path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  return text(socket);
}

test('a server counts connections and requests, keeps heads, and gives all of it back', async () => {
  const before = openDescriptors();
  {
    await using server = await hostileServer({ '/a': (socket, request) => { answer(`${request.count}`)(socket, request); socket.end(); } });

    expect([(await ask(server.port, '/a')).at(-1), (await ask(server.port, '/a?b')).at(-1)]).toEqual(['1', '2']);

    expect(await ask(server.port, '/none')).toMatch(/^HTTP\/1.1 404/);
    expect([server.accepted(), server.requests(), server.requests('/a'), server.heads().length]).toEqual([3, 3, 2, 3]);
  }
  await expect.poll(openDescriptors, { interval: 5 }).toBeLessThanOrEqual(before);
});

test('what it sends for a row breaks the rule of that row', async () => {
  await using server = await hostileServer(faults({ picture: Buffer.from('picture!'), elsewhere: 'http://a' }));

  expect(await ask(server.port, '/F26/short')).toMatch(/content-length: 1000\r\n\r\npic$/);
  expect(await ask(server.port, '/F27/cut')).toMatch(/connection: close\r\n\r\npict$/);
  expect(await ask(server.port, '/F31/two-lengths')).toMatch(/content-length: 3\r\ncontent-length: 4/);
});

test('a black hole answers nobody', async () => {
  await using hole = await blackHole();
  const socket = connect(hole.port, '127.0.0.1').on('error', () => {});
  let connected = false;
  socket.once('connect', () => { connected = true; });

  await new Promise((resolve) => { setTimeout(resolve, 100); });

  expect(connected).toBe(false);
  socket.destroy();
});
