import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run.ts';

let cwd: string;
beforeAll(async () => { cwd = await mkdtemp(path.join(tmpdir(), '1688sync-cli-')); });
afterAll(async () => { await rm(cwd, { recursive: true, force: true }); });

async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await runCli(argv, { stdin, stdout, stderr, cwd, env: {}, signal: new AbortController().signal });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('a command line', () => {
  test('that is unknown ends 2 and names the nearest command', async () => {
    const { code, stdout, stderr } = await run('serch', '连衣裙');

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/ARGUMENT_INVALID.*serch[\s\S]*search/);
  });

  test('with a wrong value says what it takes, as one JSON document with --json', async () => {
    const { code, stdout, stderr } = await run('search', 'x', '--limit', 'many', '--json');

    expect(code).toBe(2);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'search@1', ok: false, error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining('"many"') } });
  });

  test('that needs a store where there is none ends 7 and says what to do', async () => {
    const { code, stderr } = await run('stats');

    expect(code).toBe(7);
    expect(stderr).toMatch(/STORE_NOT_FOUND[\s\S]*DATA_DIR/);
  });

  test('with a wrong database address ends 8 and never shows the password', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];

    const code = await runCli(['stats'], { stdout, stderr, cwd, env: { DATABASE_URL: 'postgres://someone:canary-secret@127.0.0.1:1/none' }, signal: new AbortController().signal });

    expect(code).toBe(8);
    expect(String(stderr.read())).toMatch(/DB_UNAVAILABLE/);
    expect(String(stderr.read() ?? '') + String(stdout.read() ?? '')).not.toContain('canary-secret');
  });

  test('shows each setting with where it came from, secrets hidden', async () => {
    const stdout = new PassThrough();

    await runCli(['config', '--json'], { stdout, stderr: new PassThrough(), cwd, env: { BATCH_SIZE: '500', DB_PASSWORD: 'canary-secret' }, signal: new AbortController().signal });

    const text = String(stdout.read());
    expect(text).not.toContain('canary-secret');
    expect(JSON.parse(text).data.variables).toEqual(expect.arrayContaining([{ name: 'BATCH_SIZE', value: '500', origin: 'environment' }, { name: 'CACHE_TTL', value: '3600', origin: 'default' }]));
  });

  test('help is there in Chinese', async () => {
    const { code, stdout } = await run('help', '--lang', 'zh');

    expect(code).toBe(0);
    expect(stdout).toContain('一致性检查');
  });
});

describe('a program that reads the command line tool', () => {
  test('gets every command with its flags from help --json', async () => {
    const { code, stdout } = await run('help', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'help@1', ok: true,
      data: { exitCodes: { findings: 3 }, commands: expect.arrayContaining([expect.objectContaining({ name: 'backup create', schema: 'backup-create@1', options: expect.arrayContaining([expect.objectContaining({ flags: '--name <name>' })]) })]) },
    });
  });

  test.each([
    ['1688sync ba', 'backup'],
    ['1688sync backup cr', 'create'],
    ['1688sync backup create --na', '--name'],
    ['1688sync product get 610947572360 --js', '--json --jsonl'],
    ['1688sync serve keys ad', 'add'],
  ])('gets from the script for bash: %s → %s', async (line, expected) => {
    const { stdout } = await run('completion', 'bash');
    const words = line.split(' ');

    const { stdout: offered } = spawnSync('bash', ['-c', `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _1688sync; echo "\${COMPREPLY[*]}"`], { encoding: 'utf8' });

    expect(offered.trim()).toBe(expected);
  });

  test('is told that another shell than bash is not known', async () => {
    expect(await run('completion', 'fish')).toMatchObject({ code: 2, stderr: expect.stringContaining('"fish"') });
  });
});

test('an error says in Chinese what its code means', async () => {
  const { stderr } = await run('stats', '--lang', 'zh');

  expect(stderr).toMatch(/^错误 STORE_NOT_FOUND: 此处没有 1688sync 数据。\n {2}Expected/);
});
