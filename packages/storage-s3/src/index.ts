export { s3Backend } from './s3-backend.ts';
export type { S3BackendOptions, S3Style } from './s3-options.ts';
