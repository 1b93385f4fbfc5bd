// needs: lighttpd lighttpd-mod-webdav
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedPackages } from '../src/packages.ts';
import { runProgram } from '../src/program.ts';
import { installTarballs, packAll } from '../src/tarballs.ts';

/** The example as its reader has it: copied out of the clone, with packed packages, against a WebDAV server that is not ours. */
const root = path.resolve(import.meta.dirname, '../../..');
const example = path.join(root, 'docs/examples/storage-webdav');
const folder = mkdtempSync(path.join(tmpdir(), 'webdav-'));
const project = path.join(folder, 'project');
let server: ChildProcess;
let address = '';

beforeAll(async () => {
  const published = publishedPackages(root).filter(({ name }) => name === '@1688/core' || name === '@1688/storage');
  const tarballs = await packAll(root, published, path.join(folder, 'tarballs'));
  await installTarballs(project, ['@1688/core', '@1688/storage'], tarballs, published, ['@types/node@^24', 'typescript@^7']);
  for (const name of ['webdav-backend.ts', 'contract.ts', 'tsconfig.json']) copyFileSync(path.join(example, name), path.join(project, name));
  address = await startServer();
}, 600_000);

afterAll(() => {
  server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('the example has the right types and at most sixty lines of code', async () => {
  const code = readFileSync(path.join(example, 'webdav-backend.ts'), 'utf8').split('\n').filter((line) => !/^\s*(\/?\*.*)?$/.test(line));

  const ended = await runProgram(process.execPath, [path.join(project, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project });

  expect(ended.code, ended.output).toBe(0);
  expect(code.length).toBeLessThanOrEqual(60);
});

test('the example keeps the contract on a WebDAV server', { timeout: 180_000 }, async () => {
  const ended = await runProgram(process.execPath, ['--disable-warning=ExperimentalWarning', 'contract.ts', address], { cwd: project });

  expect(ended.code, ended.output).toBe(0);
  expect(ended.output.match(/^ok /gm)?.length).toBeGreaterThan(40);
});

test('the example calls a share without access or without answer by its name', { timeout: 180_000 }, async () => {
  const program = `import { webdavBackend } from './webdav-backend.ts';
    for (const address of process.argv.slice(2)) await webdavBackend(address).put('a/b', 'x').then(() => console.log('stored'), (error) => console.log(error.code, error.retryable));`;
  writeFileSync(path.join(project, 'faults.ts'), program);

  const ended = await runProgram(process.execPath, ['--disable-warning=ExperimentalWarning', 'faults.ts', 'http://127.0.0.1:1/', address.replace('share', 'locked')], { cwd: project });

  expect(ended.output.trim().split('\n')).toEqual(['STORAGE_IO true', 'STORAGE_PERMISSION false']);
});

async function startServer(): Promise<string> {
  const port = await freePort();
  for (const name of ['home/share', 'home/locked']) mkdirSync(path.join(folder, name), { recursive: true });
  const settings = `server.document-root = "${folder}/home"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ("mod_access", "mod_webdav")
webdav.activate = "enable"
$HTTP["url"] =~ "^/locked/" { url.access-deny = ("") }
`;
  writeFileSync(path.join(folder, 'lighttpd.conf'), settings);
  server = spawn('/usr/sbin/lighttpd', ['-D', '-f', path.join(folder, 'lighttpd.conf')], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}/share/`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(url, { method: 'OPTIONS' }).catch(() => null);
    if (answer?.ok) return url;
    await sleep(50);
  }
  throw new Error('The WebDAV server did not start.');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const address = probe.address();
  await new Promise<void>((resolve) => { probe.close(() => resolve()); });
  return typeof address === 'object' && address ? address.port : 0;
}
