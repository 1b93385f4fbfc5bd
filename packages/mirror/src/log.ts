import { mkdirSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { createStream } from 'rotating-file-stream';

/** Writes JSON lines to `app.log`. Never hand it a secret or a signed address. */
export interface Log {
  debug(facts: Readonly<Record<string, unknown>>, message: string): void;
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
  close(): Promise<void>;
}

/** Opens `directory/app.log`, to follow with `tail -f` and to grep: 10 MB a file, five old ones kept. */
export function openLog(directory: string, level: 'debug' | 'info' | 'warn' | 'error'): Log {
  mkdirSync(directory, { recursive: true });
  const stream = createStream((time, index) => (time ? `app.log.${index}` : 'app.log'), { path: directory, size: '10M', maxFiles: 5, rotate: 5 });
  // A full disk must not take the work down with the log of it.
  stream.on('error', () => {});
  const log = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label.toUpperCase() }) } }, stream);
  return {
    debug: (facts, message) => { log.debug(facts, message); },
    info: (facts, message) => { log.info(facts, message); },
    warn: (facts, message) => { log.warn(facts, message); },
    error: (facts, message) => { log.error(facts, message); },
    close: () => new Promise((resolve) => { stream.end(() => { resolve(); }); }),
  };
}

/** Where `database.log` and `app.log` lie. */
export function logDirectory(config: { readonly dataDir: string; readonly values: { readonly LOG_DIR?: string | undefined } }, cwd: string): string {
  return config.values.LOG_DIR === undefined ? path.join(config.dataDir, 'logs') : path.resolve(cwd, config.values.LOG_DIR);
}
