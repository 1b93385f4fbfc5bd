import { openApiDocument } from './api/openapi.ts';
import { routeTable } from './api/route-table.ts';
import { openSessions } from './security/sessions.ts';

/** What `/api/v1/openapi.json` says, without a server: for programs that write clients. */
export function apiDocument(): Readonly<Record<string, unknown>> {
  return openApiDocument(routeTable(openSessions()));
}
