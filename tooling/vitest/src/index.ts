export { aProduct, aProductRecord, aSupplier } from './builders.ts';
export { emptyDatabase, testDatabase, testServerUrl, type EmptyDatabase, type TestDatabase } from './test-database.ts';
