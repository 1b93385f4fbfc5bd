import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** OpenStack Swift with its S3 middleware on loopback, one replica in a temporary folder. */
export interface SwiftServer extends AsyncDisposable {
  readonly port: number;
}

/** What its S3 side knows: a user of tempauth, and the domain below which buckets may stand in the host. */
export const swift = { accessKeyId: 'test:tester', secretAccessKey: 'testing', region: 'cn-hangzhou', domain: 's3.test' } as const;

const kinds = ['account', 'container', 'object'] as const;

export async function startSwift(): Promise<SwiftServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'swift-'));
  const running: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const each of running) each.kill('SIGKILL');
    await Promise.all(running.map((each) => each.exitCode !== null || each.signalCode !== null || new Promise((resolve) => { each.once('exit', resolve); })));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [proxyPort = 0, cachePort = 0, ...ports] = await freePorts(5);
    mkdirSync(path.join(folder, 'devices/d1'), { recursive: true });
    const write = (name: string, text: string): void => { writeFileSync(path.join(folder, name), text); };
    write('swift.conf', '[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n');
    write('proxy-server.conf', proxySettings(folder, proxyPort, cachePort));
    for (const [at, kind] of kinds.entries()) {
      write(`${kind}-server.conf`, serverSettings(folder, kind, ports[at] ?? 0));
      for (const step of [['create', '1', '1', '1'], ['add', `r1z1-127.0.0.1:${ports[at]}/d1`, '1'], ['rebalance']]) run('swift-ring-builder', [path.join(folder, `${kind}.builder`), ...step]);
    }
    const logs: string[] = [];
    const start = (program: string, args: readonly string[]): void => {
      const file = path.join(folder, `${program}.log`);
      const log = openSync(file, 'a');
      // Killed along with us, however we end.
      running.push(spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: ['ignore', log, log] }));
      logs.push(file);
      closeSync(log);
    };
    start('memcached', ['-l', '127.0.0.1', '-p', `${cachePort}`, '-U', '0', '-u', user()]);
    for (const name of [...kinds, 'proxy']) start(`swift-${name}-server`, [path.join(folder, `${name}-server.conf`)]);
    await untilHealthy(proxyPort, () => {
      const at = running.findIndex((each) => each.exitCode !== null || each.signalCode !== null);
      return at < 0 ? null : readFileSync(logs[at] ?? '', 'utf8');
    });
    return { port: proxyPort, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function common(folder: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
swift_dir = ${folder}
devices = ${folder}/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
recon_cache_path = ${folder}
user = ${user()}
workers = 0
`;
}

/** Whoever runs the test: Swift and memcached would change to a user of their own. */
function user(): string {
  return userInfo().username;
}

function serverSettings(folder: string, kind: string, port: number): string {
  return `${common(folder, port)}
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`;
}

function proxySettings(folder: string, port: number, cachePort: number): string {
  const plain = ['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'copy', 'slo', 'dlo'];
  return `${common(folder, port)}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:s3api]
use = egg:swift#s3api
location = ${swift.region}
storage_domain = ${swift.domain}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${swift.secretAccessKey} .admin
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
${plain.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join('')}`;
}

function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error || (status !== 0 && status !== 1)) throw new Error(`${program} ${args.join(' ')} ended ${status}: ${error?.message ?? ''}${stdout}${stderr}`); // 1 is a warning
}

/** @param ended the last words of a server that ended, or null */
async function untilHealthy(port: number, ended: () => string | null): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const words = ended();
    if (words !== null) throw new Error(`A server of Swift ended: ${words.slice(-2_000)}`);
    const answer = await fetch(`http://127.0.0.1:${port}/healthcheck`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('Swift did not start within 60 s.');
}

async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(probes.map((probe) => new Promise<number>((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  })));
  await Promise.all(probes.map((probe) => new Promise((resolve) => { probe.close(resolve); })));
  return ports;
}
