import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SyncError } from '@1688/core';
import { apiKeys, type ApiKey, type ApiRole } from '@1688/db';
import type { Config } from '../config.ts';
import type { Mirror } from '../open-mirror.ts';

/** Who a key stands for. */
export interface ApiClient {
  /** Name of the key; `config` for those of API_KEYS. */
  readonly name: string;
  readonly role: ApiRole;
}

/** Makes a key of 256 random bits. It is told once, here; only its hash is kept. @throws ARGUMENT_INVALID, DB_CONFLICT when the name is taken */
export async function addApiKey({ db, log }: Pick<Mirror, 'db' | 'log'>, name: string, options: { readonly role?: ApiRole; readonly expiresAt?: Date | undefined } = {}): Promise<ApiKey & { readonly key: string }> {
  const { role = 'viewer', expiresAt = null } = options;
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(name)) throw new SyncError('ARGUMENT_INVALID', `Expected a name of letters, digits, blanks and ._- for the key, received ${JSON.stringify(name.slice(0, 100))}.`);
  const key = `1688_${randomBytes(32).toString('base64url')}`;
  const added = await apiKeys(db).add({ name, role, hash: hashOf(key), expiresAt });
  log.info({ key: name, role }, 'API key made');
  return { ...added, key };
}

export async function listApiKeys({ db }: Pick<Mirror, 'db'>): Promise<readonly ApiKey[]> {
  return apiKeys(db).list();
}

/** It is refused from now on. @throws NOT_FOUND */
export async function removeApiKey({ db, log }: Pick<Mirror, 'db' | 'log'>, name: string): Promise<{ readonly name: string }> {
  if (!(await apiKeys(db).revoke(name))) throw new SyncError('NOT_FOUND', `Expected a key named ${JSON.stringify(name)}, found none.`, { hint: 'List them with "1688sync serve keys list".' });
  log.info({ key: name }, 'API key revoked');
  return { name };
}

/** Whose key this is, or null when it is unknown, expired or revoked. Compares hashes only, each in constant time. */
export async function apiClientOf({ db, config }: Pick<Mirror, 'db' | 'config'>, key: string): Promise<ApiClient | null> {
  const hash = hashOf(key);
  const configured = configuredKeys(config).filter((each) => timingSafeEqual(each.hash, hash))[0];
  if (configured) return { name: 'config', role: configured.role };
  const found = await apiKeys(db).use(hash);
  return found && { name: found.name, role: found.role };
}

/** Whether anybody has a key at all. */
export async function hasApiKeys(mirror: Pick<Mirror, 'db' | 'config'>): Promise<boolean> {
  return configuredKeys(mirror.config).length > 0 || (await apiKeys(mirror.db).list()).some(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > Date.now());
}

/** `API_KEYS` of the configuration: an operator's each, or a viewer's where `viewer:` stands before it. @throws CONFIG_UNSAFE for short ones */
export function configuredKeys({ values }: Pick<Config, 'values'>): readonly { readonly hash: Buffer; readonly role: ApiRole }[] {
  return (values.API_KEYS ?? '').split(',').map((each) => each.trim()).filter((each) => each !== '').map((each) => {
    const [, role = 'operator', key = ''] = /^(?:(viewer|operator):)?(.*)$/s.exec(each) ?? [];
    if (key.length < 16) throw new SyncError('CONFIG_UNSAFE', 'Expected each key of API_KEYS to have at least 16 characters, received a shorter one.', { hint: 'Make one with "1688sync serve keys add NAME", or with a password generator.' });
    return { hash: hashOf(key), role: role as ApiRole };
  });
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
