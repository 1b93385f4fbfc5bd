import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { SyncError } from '@1688/core';
import { parseVariable, variableNames, variables, type Config, type ConfigFile, type ConfigWarning, type Origin, type VariableName } from './config.ts';

export interface LoadConfigOptions {
  /** Where `.env`, `1688sync.config.ts` and relative paths are looked up. Default: the working directory. */
  readonly cwd?: string;
  /** Default: the process environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values that win over everything, such as a command's flags. */
  readonly overrides?: Partial<Record<VariableName, string>>;
}

const configFileNames = ['1688sync.config.ts', '1688sync.config.mjs', '1688sync.config.js'];

/**
 * Reads `.env`, the environment and `1688sync.config.ts` once. The environment wins over `.env`, both over the config file.
 * @throws CONFIG_INVALID with the variable's name and what it takes
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<Config> {
  const cwd = path.resolve(options.cwd ?? process.cwd());
  const env = options.env ?? process.env;
  const file = await readConfigFile(cwd);
  const dotEnv = await readDotEnv(cwd);
  const values: Partial<Record<VariableName, unknown>> = {};
  const origins: Partial<Record<VariableName, Origin>> = {};
  for (const name of variableNames) {
    const [raw, origin] = await rawValue(name, { overrides: options.overrides ?? {}, env, dotEnv, file, cwd });
    values[name] = parseVariable(name, raw);
    origins[name] = origin;
  }
  const checked = values as Config['values'];
  refuseContradictions(checked);
  return {
    values: checked,
    origins: origins as Config['origins'],
    cwd,
    dataDir: path.resolve(cwd, checked.DATA_DIR),
    warnings: ignoredProxy(env, file),
    databaseUrl: databaseUrl(checked),
    file,
  };
}

interface Layers {
  readonly overrides: Partial<Record<VariableName, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dotEnv: Readonly<Record<string, string | undefined>>;
  readonly file: ConfigFile;
  readonly cwd: string;
}

async function rawValue(name: VariableName, layers: Layers): Promise<[unknown, Origin]> {
  const override = layers.overrides[name];
  if (override !== undefined) return [override, 'option'];
  for (const [layer, origin] of [[layers.env, 'environment'], [layers.dotEnv, '.env']] as const) {
    const direct = layer[name];
    if (direct !== undefined && direct !== '') return [direct, origin];
    const secretFile = 'secret' in variables[name] ? layer[`${name}_FILE`] : undefined;
    if (secretFile) return [await readSecret(name, path.resolve(layers.cwd, secretFile)), origin];
  }
  const inFile = layers.file.variables?.[name];
  return inFile === undefined ? [undefined, 'default'] : [typeof inFile === 'boolean' ? String(inFile) : inFile, 'config file'];
}

async function readSecret(name: VariableName, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new SyncError('CONFIG_INVALID', `Expected ${name}_FILE to name a readable file, received ${JSON.stringify(file)}.`, {
      hint: `Write the value into that file, or set ${name} itself.`, cause,
    });
  }
}

async function readDotEnv(cwd: string): Promise<Record<string, string | undefined>> {
  const file = path.join(cwd, '.env');
  return existsSync(file) ? parseEnv(await readFile(file, 'utf8')) : {};
}

async function readConfigFile(cwd: string): Promise<ConfigFile> {
  const name = configFileNames.find((each) => existsSync(path.join(cwd, each)));
  if (!name) return {};
  let loaded: { readonly config?: ConfigFile; readonly default?: ConfigFile };
  try {
    loaded = await import(pathToFileURL(path.join(cwd, name)).href) as typeof loaded;
  } catch (cause) {
    throw new SyncError('CONFIG_INVALID', `Expected ${name} to load, received: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'Run it alone with node to see the fault.', cause,
    });
  }
  const file = loaded.config ?? loaded.default;
  if (typeof file !== 'object' || file === null) {
    throw new SyncError('CONFIG_INVALID', `Expected ${name} to export "config", received none.`, {
      hint: "Write: export const config = defineConfig({ … }) with defineConfig from '@1688/mirror'.",
    });
  }
  const unknown = Object.keys(file.variables ?? {}).find((each) => !(each in variables));
  if (unknown) {
    throw new SyncError('CONFIG_INVALID', `Expected variables of ${name} to be known names, received ${JSON.stringify(unknown)}.`, {
      hint: 'Run "1688sync config" for the list.',
    });
  }
  return file;
}

function refuseContradictions(values: Config['values']): void {
  if (values.STORAGE_URL && values.STORAGE_PATH) {
    throw new SyncError('CONFIG_INVALID', 'Expected one of STORAGE_URL and STORAGE_PATH, received both.', { hint: 'Keep STORAGE_URL.' });
  }
  if (values.CDN_SIGNING && !values.CDN_SIGNING_KEY) {
    throw new SyncError('CONFIG_INVALID', 'Expected CDN_SIGNING_KEY beside CDN_SIGNING, received none.', { hint: 'Set the key that the CDN shows in its console.' });
  }
}

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

/** A proxy decides alone what it connects to, so one that only stands in the environment is not used for pictures. */
function ignoredProxy(env: Layers['env'], { fetching }: ConfigFile): readonly ConfigWarning[] {
  const found = proxyVariables.flatMap((name) => [name, name.toLowerCase()]).find((name) => env[name]);
  if (found === undefined || fetching?.proxy) return [];
  return [{ code: 'CONFIG_PROXY_IGNORED', message: `Pictures are fetched without the proxy that ${found} names.`, hint: 'To use it, write it as fetching.proxy into 1688sync.config.ts.' }];
}

/** DATABASE_URL, or an address made of DB_*, or null when nothing of both is set. */
function databaseUrl(values: Config['values']): string | null {
  if (values.DATABASE_URL) return values.DATABASE_URL;
  const { DB_HOST: host, DB_PORT: port, DB_NAME: name, DB_USER: user, DB_PASSWORD: password } = values;
  if ([host, port, name, user, password].every((value) => value === undefined)) return null;
  const address = new URL(`postgres://localhost:${port ?? 5432}/${encodeURIComponent(name ?? '1688sync')}`);
  address.username = encodeURIComponent(user ?? 'postgres');
  if (password) address.password = encodeURIComponent(password);
  if (host?.startsWith('/')) address.searchParams.set('host', host);
  else if (host) address.hostname = host;
  return address.href;
}
