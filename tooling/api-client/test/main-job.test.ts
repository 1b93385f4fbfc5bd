import { spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdtempDisposable, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { addApiKey, loadConfig, openMirror } from '@1688/mirror';
import { startServer } from '@1688/server';
import { testDatabase } from '@1688/vitest';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { expect, test } from 'vitest';

const here = path.resolve(import.meta.dirname, '..');
const compiler = path.resolve(here, '../../node_modules/typescript/bin/tsc');

test('a client generated from the document imports, follows, finds, reads, exports and sees what changed', async () => {
  await using database = await testDatabase();
  // Below this package, where the program finds what it imports.
  await using folder = await mkdtempDisposable(path.join(here, 'node_modules/.generated-'));
  await using mirror = await openMirror(await loadConfig({ cwd: folder.path, env: { DATABASE_URL: database.url, DATA_DIR: path.join(folder.path, 'data') } }), { migrate: false });
  const { key } = await addApiKey(mirror, 'client', { role: 'operator' });
  await using server = await startServer(mirror, { port: 0, jobs: 1, perSecond: 0, limits: { mostDelayMs: 5_000 } });
  const document = await (await fetch(`${server.url}/api/v1/openapi.json`)).json() as OpenAPI3;

  await writeFile(path.join(folder.path, 'api.d.ts'), astToString(await openapiTS(document)));
  await copyFile(path.join(here, 'example/main-job.ts'), path.join(folder.path, 'main-job.ts'));
  await writeFile(path.join(folder.path, 'tsconfig.json'), JSON.stringify({ extends: path.resolve(here, '../tsconfig/base.json'), compilerOptions: { noEmit: true, types: ['node'] }, files: ['main-job.ts'] }));
  const types = spawnSync(process.execPath, [compiler, '-p', folder.path], { encoding: 'utf8' });
  const program = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(here, 'example/main-job.ts'), server.url, key], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [told, failed] = await Promise.all([text(program.stdout), text(program.stderr)]);

  expect([types.stdout, types.status]).toEqual(['', 0]);
  expect(failed).toBe('');
  expect(JSON.parse(told)).toMatchObject({
    state: 'completed', result: { created: 2, rejected: 1 }, found: ['610947572381'], title: '法式碎花连衣裙', priceMinCny: '59.90', exported: 2, changed: 2, absent: [404, 'NOT_FOUND'],
  });
});
