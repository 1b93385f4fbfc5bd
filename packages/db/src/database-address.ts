import { readFile } from 'node:fs/promises';
import { SyncError } from '@1688/core';
import type { ClientConfig } from 'pg';

export const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** Where a database is and how to get in; `password` is null when none was told. */
export interface DatabaseAddress {
  /** A host name, an address, or the folder of a Unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Path of the CA certificate, from `sslrootcert`. */
  readonly sslCaPath: string | null;
  readonly applicationName: string | null;
  /** Server settings as `-c name=value`, from `options`. */
  readonly options: string | null;
}

const example = 'postgres://user:password@localhost:5432/1688sync';
const knownParameters = new Set(['host', 'port', 'user', 'password', 'dbname', 'sslmode', 'sslrootcert', 'application_name', 'options', 'connect_timeout']);

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`; a socket folder is given as `%2Fpath` in the host's place or as `?host=/path`.
 * @throws CONFIG_INVALID without the text, which may hold a password
 */
export function parseDatabaseAddress(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new SyncError('CONFIG_INVALID', `Expected a database address such as ${example}, received one that cannot be read.`, {
      hint: 'Write special characters of the password as %XX: @ is %40, # is %23, / is %2F.',
    });
  }
  const parameters = url.searchParams;
  const unknown = [...parameters.keys()].find((name) => !knownParameters.has(name));
  if (unknown !== undefined) {
    throw new SyncError('CONFIG_INVALID', `Expected parameters of the database address to be among ${[...knownParameters].join(', ')}, received ${unknown}.`);
  }
  const user = decoded(url.username) || parameters.get('user') || 'postgres';
  return {
    host: parameters.get('host') ?? (decoded(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost'),
    port: portOf(url.port || parameters.get('port')),
    user,
    password: decoded(url.password) || parameters.get('password'),
    database: decoded(url.pathname.slice(1)) || parameters.get('dbname') || user,
    sslMode: sslModeOf(parameters.get('sslmode') ?? 'disable'),
    sslCaPath: parameters.get('sslrootcert'),
    applicationName: parameters.get('application_name'),
    options: parameters.get('options'),
  };
}

export function sslModeOf(text: string): SslMode {
  const mode = sslModes.find((each) => each === text);
  if (mode) return mode;
  throw new SyncError('CONFIG_INVALID', `Expected sslmode to be ${sslModes.join(', ')}, received ${text}.`);
}

/** The address as it may be shown: without password and parameters. */
export function maskedUrl(address: DatabaseAddress): string {
  const password = address.password === null ? '' : ':***';
  const host = address.host.startsWith('/') ? encodeURIComponent(address.host) : address.host.includes(':') ? `[${address.host}]` : address.host;
  return `postgres://${encodeURIComponent(address.user)}${password}@${host}:${address.port}/${encodeURIComponent(address.database)}`;
}

/** The shell line that makes the database by hand. */
export function createdbLine(address: DatabaseAddress): string {
  return `createdb -h ${quoted(address.host)} -p ${address.port} -U ${quoted(address.user)} -E UTF8 -T template0 ${quoted(address.database)}`;
}

/** TLS settings for pg; Unix sockets have none. `caPem` is the text of a certificate. */
export async function sslSettings(address: DatabaseAddress, mode: SslMode, caPem: string | null): Promise<ClientConfig['ssl']> {
  if (mode === 'disable' || address.host.startsWith('/')) return false;
  if (mode === 'prefer' || mode === 'require') return { rejectUnauthorized: false };
  const ca = caPem ?? (address.sslCaPath === null ? null : await readCertificate(address.sslCaPath));
  const checked = { rejectUnauthorized: true, ...(ca === null ? {} : { ca }) };
  return mode === 'verify-full' ? checked : { ...checked, checkServerIdentity: () => undefined };
}

async function readCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SyncError('CONFIG_INVALID', `Expected a CA certificate in ${path}, which cannot be read.`, { cause: error });
  }
}

function portOf(text: string | null): number {
  const port = Number(text ?? 5432);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SyncError('CONFIG_INVALID', `Expected the port of the database address to be 1 to 65535, received ${text}.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new SyncError('CONFIG_INVALID', 'Expected the database address to be percent-encoded, received a lone % sign.', {
      hint: 'Write % as %25.',
      cause: error,
    });
  }
}

function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
