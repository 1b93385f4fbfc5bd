import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeConfig, envExample, variableNames } from './config.ts';
import { loadConfig } from './load-config.ts';

let cwd: string;
beforeEach(async () => { cwd = await mkdtemp(path.join(tmpdir(), '1688sync-config-')); });
afterEach(async () => { await rm(cwd, { recursive: true, force: true }); });

describe('loadConfig', () => {
  test('gives every variable its default, and an embedded database', async () => {
    const config = await loadConfig({ cwd, env: {} });

    expect(config).toMatchObject({ databaseUrl: null, dataDir: path.join(cwd, '1688sync-data'), values: { DB_POOL_MAX: 10, MAX_FILE_SIZE: 10_485_760, DB_POOL_PRE_PING: true } });
  });

  test('lets the environment win over .env, and .env over the config file', async () => {
    await writeFile(path.join(cwd, '.env'), 'BATCH_SIZE=200\nCACHE_TTL=10\n');
    await writeFile(path.join(cwd, '1688sync.config.mjs'), 'export const config = { variables: { BATCH_SIZE: 100, CACHE_TTL: 5, SERVER_PORT: 8080 } };\n');

    const { values, origins } = await loadConfig({ cwd, env: { BATCH_SIZE: '300' } });

    expect([values.BATCH_SIZE, values.CACHE_TTL, values.SERVER_PORT]).toEqual([300, 10, 8080]);
    expect([origins.BATCH_SIZE, origins.CACHE_TTL, origins.SERVER_PORT]).toEqual(['environment', '.env', 'config file']);
  });

  test('warns of a proxy in the environment, which pictures are not fetched through, until the config file names one', async () => {
    const ignored = await loadConfig({ cwd, env: { https_proxy: 'http://user:secret@10.0.0.1:3128' } });
    await writeFile(path.join(cwd, '1688sync.config.mjs'), "export const config = { fetching: { proxy: { url: 'http://10.0.0.1:3128', trustedForSsrf: true } } };\n");
    const used = await loadConfig({ cwd, env: { https_proxy: 'http://user:secret@10.0.0.1:3128' } });

    expect(ignored.warnings).toEqual([{ code: 'CONFIG_PROXY_IGNORED', message: expect.stringContaining('https_proxy'), hint: expect.stringContaining('fetching.proxy') }]);
    expect(JSON.stringify(ignored.warnings)).not.toContain('secret');
    expect(used.warnings).toEqual([]);
  });

  test('makes an address of DB_* with the documented defaults, whatever the password holds', async () => {
    const { databaseUrl } = await loadConfig({ cwd, env: { DB_PASSWORD: 'p@ss:/?#秘' } });

    const address = new URL(databaseUrl ?? '');
    expect([address.hostname, address.port, address.pathname, address.username]).toEqual(['localhost', '5432', '/1688sync', 'postgres']);
    expect(decodeURIComponent(address.password)).toBe('p@ss:/?#秘');
  });

  test('reads a secret from the file that NAME_FILE names', async () => {
    await writeFile(path.join(cwd, 'password'), 'from-a-file\n');

    const { databaseUrl } = await loadConfig({ cwd, env: { DB_PASSWORD_FILE: 'password' } });

    expect(new URL(databaseUrl ?? '').password).toBe('from-a-file');
  });

  test.each([
    ['BATCH_SIZE', 'many'], ['BATCH_SIZE', '0'], ['LOG_LEVEL', 'loud'], ['DB_SSLMODE', 'yes'], ['SERVER_PORT', '70000'], ['CDN_BASE_URL', 'not an address'],
  ])('refuses %s=%s and names the variable and the value', async (name, value) => {
    await expect(loadConfig({ cwd, env: { [name]: value } })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(new RegExp(`${name}.*${value}`)) });
  });

  test('never shows a secret, not even one of the wrong form', async () => {
    const wrong = await loadConfig({ cwd, env: { DATABASE_URL: 'mysql://canary-secret@host/db' } }).catch((error: Error) => error.message);
    const shown = describeConfig(await loadConfig({ cwd, env: { DB_PASSWORD: 'canary-secret', API_KEYS: 'canary-secret' } }));

    expect(String(wrong)).toContain('DATABASE_URL');
    expect(String(wrong) + JSON.stringify(shown)).not.toContain('canary-secret');
  });

  test('refuses two places for pictures and a config file with an unknown variable', async () => {
    await expect(loadConfig({ cwd, env: { STORAGE_URL: 'file:/a', STORAGE_PATH: '/b' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await writeFile(path.join(cwd, '1688sync.config.mjs'), 'export const config = { variables: { BATCHSIZE: 1 } };\n');
    await expect(loadConfig({ cwd, env: {} })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('BATCHSIZE') });
  });
});

test('.env.example of the project is what the schema says', async () => {
  const file = path.resolve(import.meta.dirname, '../../../.env.example');

  expect(await readFile(file, 'utf8')).toBe(envExample());
  for (const name of variableNames) expect(envExample()).toContain(`#${name}=`);
});
