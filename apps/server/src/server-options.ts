import type { Mirror } from '@1688/mirror';

export interface ServerLimits {
  /** Of a JSON body. Default 1 MiB. */
  readonly maxBodyBytes: number;
  /** For the whole of a JSON body. Default 15,000. */
  readonly bodyTimeoutMs: number;
  /** For the headers of a request. Default 10,000. */
  readonly headersTimeoutMs: number;
  /** A connection on which nothing moves for so long is closed. Default 60,000. */
  readonly stallMs: number;
  /** Requests worked on at once; more are refused with 503. Default 64. */
  readonly mostInFlight: number;
  /** Exports, uploads and event streams at once. Default 100. */
  readonly mostStreams: number;
  /** JSON bodies that are read at once. Default 512. */
  readonly mostBodies: number;
  /** Delay of the event loop from which nothing new is taken. Default 150. */
  readonly mostDelayMs: number;
}

export interface StartServerOptions {
  /** Others than loopback need keys. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 for a free one. Default 1688. */
  readonly port?: number;
  /** Jobs that this process works on at once. Default SERVER_JOBS. */
  readonly jobs?: number;
  /** Requests a second for each client; 0: no limit. Default SERVER_RATE_LIMIT. */
  readonly perSecond?: number;
  /** How long the port stays open after the end was asked for, so that a load balancer notices. Default 5,000, on loopback 0. */
  readonly drainMs?: number;
  readonly limits?: Partial<ServerLimits>;
  /** Compares each answer with its schema: for tests. Default false. */
  readonly checkReplies?: boolean;
}

const usualLimits: ServerLimits = {
  maxBodyBytes: 1_048_576, bodyTimeoutMs: 15_000, headersTimeoutMs: 10_000, stallMs: 60_000, mostInFlight: 64, mostStreams: 100, mostBodies: 512, mostDelayMs: 150,
};

/** With what was left out. */
export function completeOptions({ config }: Mirror, options: StartServerOptions, isPrivate: boolean) {
  const { port = 1688, host = '127.0.0.1', jobs = config.values.SERVER_JOBS, perSecond = config.values.SERVER_RATE_LIMIT, drainMs = isPrivate ? 0 : 5_000, checkReplies = false } = options;
  return { host, port, jobs, perSecond, drainMs, checkReplies, limits: { ...usualLimits, ...options.limits } };
}
export type ServerSettings = ReturnType<typeof completeOptions>;
