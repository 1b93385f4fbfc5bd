import type { Check, SpareStore } from '@1688/consistency';
import { SyncError, shown } from '@1688/core';
import type { Migration } from '@1688/db';
import type { FetcherOptions, Recipe } from '@1688/images';
import type { StorageBackend } from '@1688/storage';
import type { Profile } from '@1688/sources';
import type { Watch } from '@1688/watch';
import { z } from 'zod';

const onOff = z.stringbool({ error: 'true or false' });
const whole = (unit: string, min = 0) => z.coerce.number({ error: `a whole number of ${unit}` }).int(`a whole number of ${unit}`).min(min, `at least ${min} ${unit}`);
const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** One row a variable: its form, what it means, and what stands in `.env.example`. The only list of them. */
interface Variable<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly meaning: string;
  readonly meaningZh: string;
  /** Shown in `.env.example`; a variable with a default shows that. */
  readonly example?: string;
  /** Never printed; `NAME_FILE` may name a file that holds it. */
  readonly secret?: true;
}

function variable<Schema extends z.ZodType>(schema: Schema, meaning: string, meaningZh: string, more: { example?: string; secret?: true } = {}): Variable<Schema> {
  return { schema, meaning, meaningZh, ...more };
}

export const variables = {
  DATA_DIR: variable(z.string().min(1).default('./1688sync-data'), 'Everything embedded lives below it: database, pictures, backups.', '内置数据库、图片、备份都放在此目录下'),
  DATABASE_URL: variable(z.string().regex(/^postgres(ql)?:\/\//, 'an address such as postgres://user:password@host:5432/1688sync').optional(), 'Your own PostgreSQL, 14 to 18. Without it and DB_*, a private one runs below DATA_DIR.', '自备 PostgreSQL（14–18）；不设则使用内置数据库', { example: 'postgres://postgres:secret@localhost:5432/1688sync', secret: true }),
  DATABASE_REPLICA_URL: variable(z.string().regex(/^postgres(ql)?:\/\//, 'an address such as postgres://host/1688sync').optional(), 'A streaming replica for reads that may lag.', '只读副本，用于允许延迟的读取', { example: 'postgres://reader:secret@replica:5432/1688sync', secret: true }),
  DB_HOST: variable(z.string().min(1).optional(), 'Host of your PostgreSQL, instead of DATABASE_URL.', '数据库主机（替代 DATABASE_URL）', { example: 'localhost' }),
  DB_PORT: variable(whole('the port', 1).max(65_535, 'a port up to 65535').optional(), 'Its port.', '数据库端口', { example: '5432' }),
  DB_NAME: variable(z.string().min(1).optional(), 'Name of the database; made when missing and the role may.', '数据库名', { example: '1688sync' }),
  DB_USER: variable(z.string().min(1).optional(), 'Its role.', '数据库用户', { example: 'postgres' }),
  DB_PASSWORD: variable(z.string().optional(), 'Its password; DB_PASSWORD_FILE names a file that holds it.', '数据库密码；也可用 DB_PASSWORD_FILE 指定文件', { example: 'secret', secret: true }),
  DB_POOL_MAX: variable(whole('connections', 1).default(10), 'Connections in the pool (连接池).', '连接池大小'),
  DB_POOL_TIMEOUT: variable(whole('seconds', 1).default(30), 'Seconds to wait for a free connection.', '等待空闲连接的秒数'),
  DB_POOL_RECYCLE: variable(whole('seconds').default(3600), 'Seconds after which a connection is replaced.', '连接回收时间（秒）'),
  DB_POOL_PRE_PING: variable(onOff.default(true), 'Test a connection before it is used.', '使用连接前先检测'),
  DB_STATEMENT_TIMEOUT: variable(whole('seconds').default(0), 'Seconds a statement may take; 0 for no limit.', '语句超时（秒），0 表示不限'),
  DB_WAIT: variable(whole('seconds').max(600, 'at most 600').default(5), 'Seconds to wait for a PostgreSQL that cannot be reached yet, trying again.', '连不上数据库时重试等待的秒数'),
  DB_SSLMODE: variable(z.enum(['disable', 'prefer', 'require', 'verify-ca', 'verify-full']).default('prefer'), 'TLS to PostgreSQL, as libpq words it.', 'TLS 模式（与 libpq 相同）'),
  DB_SSL_CA: variable(z.string().optional(), 'File with the certificate authority of the server.', '服务器 CA 证书文件', { example: '/etc/ssl/certs/my-ca.pem' }),
  STORAGE_URL: variable(z.string().min(1).optional(), 'Where pictures are kept: file:/path, or s3://bucket/folder?endpoint=https://…&region=…&style=virtual|path|auto with S3_* keys.', '图片存储位置：file:/path，或 s3://bucket/目录?endpoint=https://…&region=…（密钥见 S3_*）', { example: 'file:/srv/1688/images' }),
  STORAGE_PATH: variable(z.string().min(1).optional(), 'The same as a plain directory.', '图片目录（与 STORAGE_URL 二选一）', { example: './images' }),
  BACKUP_URL: variable(z.string().min(1).optional(), 'Where backups are kept, as in STORAGE_URL; DATA_DIR/backups when not set.', '备份位置（写法同 STORAGE_URL）；默认 DATA_DIR/backups', { example: 'file:/mnt/backup/1688' }),
  BACKUP_KEY: variable(z.string().min(1).optional(), 'Encrypts backups: an age secret key, as "backup key" makes it. Lose it and they are lost.', '加密备份所用的 age 私钥（可用 backup key 生成）；丢失即无法恢复', { example: 'AGE-SECRET-KEY-1…', secret: true }),
  BACKUP_RECIPIENTS: variable(z.string().min(1).optional(), 'Public age keys that may open new encrypted backups too, separated by commas.', '也可打开新加密备份的 age 公钥，以逗号分隔', { example: 'age1…' }),
  S3_ACCESS_KEY_ID: variable(z.string().min(1).optional(), 'Access key for s3: places.', 's3: 位置的 AccessKey ID', { example: 'AKID', secret: true }),
  S3_SECRET_ACCESS_KEY: variable(z.string().min(1).optional(), 'Its secret; S3_SECRET_ACCESS_KEY_FILE names a file that holds it.', '对应的 AccessKey Secret；也可用 S3_SECRET_ACCESS_KEY_FILE 指定文件', { example: 'secret', secret: true }),
  S3_SESSION_TOKEN: variable(z.string().min(1).optional(), 'Comes along with temporary keys.', '临时密钥（STS）的令牌', { example: 'token', secret: true }),
  MAX_FILE_SIZE: variable(whole('bytes', 1).default(10_485_760), 'Largest picture in bytes.', '单张图片最大字节数'),
  BATCH_SIZE: variable(whole('rows', 1).max(50_000, 'at most 50000 rows').default(1000), 'Rows an import commits together.', '每批导入行数'),
  CACHE_TTL: variable(whole('seconds').default(3600), 'Seconds that statistics may be old.', '统计缓存秒数'),
  CDN_BASE_URL: variable(z.url({ error: 'an address such as https://img.example.com' }).optional(), 'Public picture addresses go through this CDN.', '图片 CDN 地址', { example: 'https://img.example.com' }),
  CDN_SIGNING: variable(z.enum(['aliyun-a', 'hmac']).optional(), 'How CDN addresses are signed.', 'CDN 签名方式', { example: 'aliyun-a' }),
  CDN_SIGNING_KEY: variable(z.string().min(1).optional(), 'Key of the signature.', 'CDN 签名密钥', { example: 'secret', secret: true }),
  LOG_LEVEL: variable(z.enum(logLevels).default('info'), 'What goes into app.log: debug, info, warn, error.', '日志级别'),
  LOG_DIR: variable(z.string().min(1).optional(), 'Where app.log and database.log lie; DATA_DIR/logs when not set.', '日志目录；默认 DATA_DIR/logs', { example: '/var/log/1688sync' }),
  SERVER_HOST: variable(z.string().min(1).default('127.0.0.1'), 'Address `serve` listens on; others than loopback need API_KEYS.', '网页服务监听地址'),
  SERVER_PORT: variable(whole('the port').max(65_535, 'a port up to 65535').default(1688), 'Port `serve` listens on.', '网页服务端口'),
  SERVER_NAMES: variable(z.string().regex(/^[\w.-]+(?:,[\w.-]+)*$/, 'host names separated by commas').optional(), 'Host names under which the server is reached, separated by commas; requests for others are refused.', '服务的域名，以逗号分隔；其他域名的请求会被拒绝', { example: 'mirror.example.com' }),
  SERVER_TRUSTED_PROXIES: variable(z.string().min(1).optional(), 'Addresses of reverse proxies, as CIDR separated by commas, whose X-Forwarded-For is believed.', '可信反向代理地址（CIDR，以逗号分隔）', { example: '127.0.0.1/32' }),
  SERVER_PICTURE_REDIRECT: variable(z.string().regex(/^\/(?:[\w-]+\/)+$/, 'a path such as /_pictures/').optional(), 'Location below which nginx serves the picture store; requests through a trusted proxy are told X-Accel-Redirect instead of bytes.', 'nginx 提供图片目录的内部路径；经可信反向代理的请求改以 X-Accel-Redirect 回应', { example: '/_pictures/' }),
  SERVER_RATE_LIMIT: variable(whole('requests').default(200), 'Requests a second that one client may send; 0 for no limit.', '每个客户端每秒请求上限，0 表示不限'),
  SERVER_JOBS: variable(whole('jobs').max(64, 'at most 64').default(2), 'Jobs that `serve` works on at once; 0 leaves them to `worker`.', '`serve` 同时处理的任务数，0 表示交给 `worker`'),
  API_KEYS: variable(z.string().min(1).optional(), 'Keys for programs, separated by commas; `viewer:` before one lets it only read.', 'API 密钥，以逗号分隔；前缀 `viewer:` 表示只读', { example: 'a-long-random-text', secret: true }),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;
export const variableNames = Object.keys(variables) as VariableName[];
type Values = { readonly [Name in VariableName]: z.infer<(typeof variables)[Name]['schema']> };

/** Where a value came from. */
export type Origin = 'default' | 'environment' | '.env' | 'config file' | 'option';

/** What only code can say: `1688sync.config.ts` exports it as `config`. */
export interface ConfigFile {
  /** The same variables as in the environment, under the same names; the environment wins. */
  readonly variables?: Partial<Record<VariableName, string | number | boolean>>;
  /** Import profiles of your own; asked before the built-in ones. */
  readonly profiles?: readonly Profile[];
  /** What is made of each picture. Default: `thumbnail` and `compressed`; "images variants" makes those of pictures stored before. */
  readonly variants?: readonly Recipe[];
  /**
   * Where pictures are decoded. Default `child`: in processes that may die alone. `inline` saves their memory; `none`, for machines on which
   * sharp does not run, checks structures only and makes no variants, hashes or placeholders.
   */
  readonly decode?: 'child' | 'inline' | 'none';
  /** How pictures are fetched: profiles of hosts, a proxy, private addresses that may be asked, time limits. */
  readonly fetching?: Omit<FetcherOptions, 'maxSizeBytes'>;
  /** Migrations of your own, made with "migrate new"; they run after ours. */
  readonly migrations?: readonly Migration[];
  /** Watches that stand beside those of the database, made with `defineWatch`; secrets stay in this file. */
  readonly watches?: readonly Watch[];
  /** Checks of your own, made with `defineCheck`; "check", "fix", jobs and reports treat them as ours. */
  readonly checks?: readonly Check[];
  /** Other places that hold the same pictures under the same keys; a fix takes lost ones from there before it asks the source. */
  readonly spares?: readonly SpareStore[];
  /** A place for pictures that no URL can name. */
  readonly storage?: StorageBackend;
  /** A place for backups that no URL can name. */
  readonly backups?: StorageBackend;
}

/** Something that was set and does not have the effect it may be meant to have. */
export interface ConfigWarning {
  readonly code: 'CONFIG_PROXY_IGNORED';
  readonly message: string;
  readonly hint: string;
}

/** Everything a program was told, checked. Made by `loadConfig`. */
export interface Config {
  readonly values: Values;
  readonly origins: Readonly<Record<VariableName, Origin>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Absolute. */
  readonly dataDir: string;
  /** What was set and is not used, one sentence each with its code. */
  readonly warnings: readonly ConfigWarning[];
  /** Connection address when a PostgreSQL of the user's is configured, else null: the embedded one. Holds the password. */
  readonly databaseUrl: string | null;
  readonly file: ConfigFile;
}

/** Types the object that `1688sync.config.ts` exports. */
export function defineConfig(file: ConfigFile): ConfigFile {
  return file;
}

/** @throws CONFIG_INVALID naming the variable, what it takes and (unless secret) what it was given */
export function parseVariable<Name extends VariableName>(name: Name, raw: unknown): Values[Name] {
  const { schema, ...about } = variables[name] as Variable;
  const result = schema.safeParse(raw === '' ? undefined : raw);
  if (result.success) return result.data as Values[Name];
  const wanted = result.error.issues[0]?.message ?? 'valid';
  throw new SyncError('CONFIG_INVALID', `Expected ${name} to be ${wanted}, received ${about.secret ? 'something else' : shown(raw)}.`, {
    hint: `${about.meaning} Correct it in the environment, .env or 1688sync.config.ts; "1688sync config" shows where it came from.`,
    details: { variable: name },
  });
}

/** Each variable with its value and where it came from; secrets are hidden. */
export function describeConfig(config: Config): { name: VariableName; value: string | null; origin: Origin }[] {
  return variableNames.map((name) => {
    const about: Variable = variables[name];
    const value = config.values[name];
    return { name, value: value === undefined ? null : about.secret ? '(secret)' : String(value), origin: config.origins[name] };
  });
}

/** What one variable means, for the reference. */
export interface DescribedVariable {
  readonly name: VariableName;
  readonly meaning: string;
  readonly meaningZh: string;
  /** Null for none. */
  readonly fallback: string | null;
  readonly example: string | null;
  readonly secret: boolean;
}

/** Every variable, in the order of `.env.example`. */
export function describeVariables(): DescribedVariable[] {
  return variableNames.map((name) => {
    const { schema, meaning, meaningZh, example, secret }: Variable = variables[name];
    const fallback = schema.safeParse(undefined).data;
    return { name, meaning, meaningZh, example: example ?? null, secret: secret ?? false, fallback: fallback === undefined ? null : String(fallback) };
  });
}

/** The text of `.env.example`: every variable with its meaning, commented out. */
export function envExample(): string {
  const blocks = variableNames.map((name) => {
    const about: Variable = variables[name];
    const fallback = about.schema.safeParse(undefined);
    const value = about.example ?? (fallback.success ? String(fallback.data ?? '') : '');
    return `# ${about.meaning}\n# ${about.meaningZh}\n#${name}=${value}\n`;
  });
  return `# Copy to .env and uncomment what you need. The environment wins over this file.\n\n${blocks.join('\n')}`;
}
