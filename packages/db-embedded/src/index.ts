export { findPostgres, type PostgresPrograms, type PostgresVersion } from './find-postgres.ts';
export { openEmbeddedPostgres, type EmbeddedPostgres, type OpenEmbeddedPostgresOptions } from './open-embedded-postgres.ts';
