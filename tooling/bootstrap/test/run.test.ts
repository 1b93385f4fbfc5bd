import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { aClone } from './a-clone.ts';

/** What the script of a clone was started with. */
function told(stdout: string): { args: string[]; cwd: string; env: Record<string, string> } {
  return JSON.parse(stdout) as { args: string[]; cwd: string; env: Record<string, string> };
}

describe('a script of a fresh clone', () => {
  test('installs once, talks on stderr only, and then says nothing', async () => {
    using clone = aClone();

    const cold = await clone.start(['ws:test']);
    const warm = await clone.start(['ws:test']);

    expect(told(cold.stdout).args).toEqual([]);
    expect(cold.stderr).toMatch(/installing dependencies[^]*pnpm talks/);
    expect(warm).toMatchObject({ code: 0, stderr: '' });
    expect(clone.installs()).toBe(1);
  });

  test('two that start at once install once', async () => {
    using clone = aClone();

    const both = await Promise.all([clone.start(['ws:test', 'one']), clone.start(['ws:test', 'two'])]);

    expect(both.map(({ stdout }) => told(stdout).args)).toEqual([['one'], ['two']]);
    expect(clone.installs()).toBe(1);
  });

  test('an installation that failed is done again', async () => {
    using clone = aClone();
    clone.write('pnpm-fails', '');

    const failed = await clone.start(['ws:test']);
    const again = await clone.start(['ws:test']);

    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('pnpm install ended with 4') as string });
    expect(again.code).toBe(0);
    expect(clone.installs()).toBe(2);
  });

  test('an installation that was killed is done again', async () => {
    using clone = aClone();
    const killed = await clone.start(['ws:test'], { onTalk: (text, kill) => text.includes('pnpm talks') && kill('SIGKILL') });
    clone.write('.toolchain/unfinished-node-24/half', '');
    utimesSync(path.join(clone.root, '.toolchain/lock'), new Date(0), new Date(0)); // as if it had been a while ago

    const again = await clone.start(['ws:test']);

    expect(killed.signal).toBe('SIGKILL');
    expect(again.code).toBe(0);
    expect(clone.installs()).toBe(2);
    expect(readdirSync(path.join(clone.root, '.toolchain'))).not.toContain('unfinished-node-24');
  });

  test('an installation that was interrupted leaves nobody waiting', async () => {
    using clone = aClone();
    const interrupted = await clone.start(['ws:test'], { onTalk: (text, kill) => text.includes('pnpm talks') && kill('SIGINT') });

    const again = await clone.start(['ws:test']);

    expect(interrupted).toMatchObject({ signal: 'SIGINT', stdout: '', stderr: expect.stringContaining('interrupted by SIGINT') as string });
    expect(again).toMatchObject({ code: 0, stderr: expect.not.stringContaining('waiting') as string });
  });

  test.each(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'packages/core/package.json'])('a changed %s installs again', async (file) => {
    using clone = aClone();
    await clone.start(['ws:test']);

    clone.write(file, '{}');
    await clone.start(['ws:test']);

    expect(clone.installs()).toBe(2);
  });

  test('works without a home folder', async () => {
    using clone = aClone();

    const ended = await clone.start(['ws:test'], { env: { HOME: '' } });

    expect(ended.code).toBe(0);
  });
});

describe('a script', () => {
  test('gets its arguments as they were typed', async () => {
    using clone = aClone();
    const args = ['import', '商品 列表.csv', '--json', '', '$HOME', '"quoted"', '--', '*'];

    const ended = await clone.start(['ws:cli', ...args]);

    expect(told(ended.stdout).args).toEqual(args);
  });

  test('sees nothing of npm but how to reach the registry', async () => {
    using clone = aClone();

    const ended = await clone.start(['ws:cli'], { env: { npm_lifecycle_event: 'cli', npm_config_loglevel: 'silent', npm_package_name: 'x', npm_config_registry: 'http://localhost:4873/', npm_config_proxy: 'http://localhost:3128/' } });

    expect(Object.keys(told(ended.stdout).env).filter((name) => name.startsWith('npm_'))).toEqual(['npm_config_registry', 'npm_config_proxy']);
  });

  test('the command line tool stands where its caller stands, others at the root', async () => {
    using clone = aClone();
    const caller = path.join(clone.root, 'docs');
    mkdirSync(caller);

    const [cli, others] = [await clone.start(['ws:cli'], { env: { INIT_CWD: caller } }), await clone.start(['ws:test'], { env: { INIT_CWD: caller } })];

    expect(told(cli.stdout).cwd).toBe(caller);
    expect(told(others.stdout).cwd).toBe(clone.root);
  });

  test('started by hand elsewhere, the command line tool stands there', async () => {
    using clone = aClone();
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'elsewhere-'));

    const ended = await clone.start(['ws:cli'], { cwd: elsewhere, env: { INIT_CWD: clone.root } });
    rmSync(elsewhere, { recursive: true });

    expect(path.basename(told(ended.stdout).cwd)).toBe(path.basename(elsewhere));
  });

  test('its exit code is ours', async () => {
    using clone = aClone();

    expect(await clone.start(['ws:cli', 'exit', '7'])).toMatchObject({ code: 7 });
  });

  test('a signal reaches it, and it may end in its own way', async () => {
    using clone = aClone();

    const ended = await clone.start(['ws:cli', 'wait'], { onOutput: (text, kill) => text.startsWith('waiting') && kill('SIGTERM') });

    expect(ended).toMatchObject({ code: 3, signal: null, stdout: 'waiting\nasked to stop\n' });
  });

  test('ended by a signal, we end by the same one', async () => {
    using clone = aClone();

    const ended = await clone.start(['ws:cli', 'wait', 'deaf'], { onOutput: (_text, kill) => kill('SIGTERM') });

    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test.each(['ws:none', 'test', 'ws:odd'])('%s is refused with the names that exist', async (name) => {
    using clone = aClone();

    const ended = await clone.start([name]);

    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: `[setup] Expected one of ws:cli, ws:test, ws:odd, received "${name}".\n` });
  });
});
