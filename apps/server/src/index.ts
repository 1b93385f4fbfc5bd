export { apiDocument } from './api-document.ts';
export { startServer, type RunningServer } from './start-server.ts';
export type { ServerLimits, StartServerOptions } from './server-options.ts';
