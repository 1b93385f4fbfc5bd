import type { ApiClient, ApiRole, JobQueue, Mirror } from '@1688/mirror';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** What every handler is handed. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly mirror: Mirror;
  readonly jobs: JobQueue;
  readonly client: ApiClient;
  /** Aborted when the client is gone or the server stops. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Bytes instead of JSON. */
export interface Streamed {
  readonly contentType: string;
  readonly chunks: AsyncIterable<string | Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page whose items are JSON text already, and are handed on as they are. */
export interface JsonPage {
  readonly jsonItems: string;
  readonly nextCursor: string | null;
}

/** A request that the documentation shows and a test sends, and what comes back. */
export interface Example {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of JSON: what the answer holds at least. */
  readonly reply?: unknown;
}

type Schema = z.ZodType;
type Of<Given extends Schema | undefined> = Given extends Schema ? z.output<Given> : undefined;

/** One path and method: what it takes, what it gives, who may, and a thin handler over a flow. */
export interface Route<Params extends Schema | undefined = Schema | undefined, Query extends Schema | undefined = Schema | undefined, Body extends Schema | undefined = Schema | undefined> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below /api/v1, with `{name}` for a part of it. */
  readonly path: string;
  /** A name for programs that are generated from the document. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  /** Who may; `anybody` is asked for no key. */
  readonly role: ApiRole | 'anybody';
  readonly params?: Params;
  readonly query?: Query;
  /** JSON; absent: the request has no body. */
  readonly body?: Body;
  /** The body is a file, read as it comes. */
  readonly takesFile?: true;
  /** JSON of this form, or the content types of a stream. */
  readonly gives: Schema | readonly string[];
  /** Default 200. */
  readonly status?: number;
  readonly example: Example;
  readonly handle: (call: Call<Of<Params>, Of<Query>, Of<Body>>) => Promise<unknown>;
}

/** Types a route: its handler gets what its schemas give. */
export function route<Params extends Schema | undefined = undefined, Query extends Schema | undefined = undefined, Body extends Schema | undefined = undefined>(definition: Route<Params, Query, Body>): Route {
  return definition as unknown as Route;
}

export function isStreamed(value: unknown): value is Streamed {
  return typeof value === 'object' && value !== null && 'chunks' in value && 'contentType' in value;
}

export function isJsonPage(value: unknown): value is JsonPage {
  return typeof value === 'object' && value !== null && 'jsonItems' in value;
}

/** True for a route that gives a stream or takes a file: it lasts as long as the other side needs. */
export function isLong({ gives, takesFile }: Route): boolean {
  return takesFile === true || Array.isArray(gives);
}
