export { aProduct, aProductRecord, aSupplier } from './builders.ts';
export { emptyDatabase, testDatabase, testServerUrl, type EmptyDatabase, type TestDatabase } from './test-database.ts';
export { startPostgres, type FragilePostgres, type StartPostgresOptions } from './postgres-server.ts';
export { tcpProxy, type ProxyFaults, type TcpProxy } from './tcp-proxy.ts';
export { bucketKeys, bucketName, openSmallBucket, type BucketFault, type SmallBucket } from './small-bucket.ts';
