export { embeddedStatus, type EmbeddedStatus } from './embedded-status.ts';
export { findPostgres, type PostgresPrograms, type PostgresVersion } from './find-postgres.ts';
export { openEmbeddedPostgres, type EmbeddedNotice, type EmbeddedPostgres, type OpenEmbeddedPostgresOptions } from './open-embedded-postgres.ts';
