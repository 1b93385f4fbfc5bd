import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';

export interface LoadOrder {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Paths that are asked in turns. */
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** For wrk's script. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds that 99 of 100 answers stay below, whatever their status: under overload see `probe`. */
  readonly p99: number;
  /** Answers that were no 200. */
  readonly others: number;
  /** Of those: other than 429 and 503. */
  readonly wrong: number;
}

/** Asks with Debian's wrk, one thread. Answers are told apart by status, so that refusals do not make the rest look fast. */
export async function wrk({ url, headers = {}, paths, connections, seconds, folder, signal }: LoadOrder): Promise<Load> {
  const script = path.join(folder, `load-${connections}.lua`);
  await writeFile(script, `
local paths = { ${paths.map((each) => JSON.stringify(each)).join(', ')} }
local at, good, others, wrong = 0, 0, 0, 0
function setup(thread) threads = threads or {}; table.insert(threads, thread) end
function request() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
function response(status)
  if status == 200 then good = good + 1 else others = others + 1; if status ~= 503 and status ~= 429 then wrong = wrong + 1 end end
end
function done(summary, latency)
  local good, others, wrong = 0, 0, 0
  for _, thread in ipairs(threads) do good = good + thread:get("good"); others = others + thread:get("others"); wrong = wrong + thread:get("wrong") end
  io.write(string.format('{"good":%d,"others":%d,"wrong":%d,"microseconds":%d,"p99":%d}\\n', good, others, wrong, summary.duration, latency:percentile(99)))
end
`.replace('local at, good, others, wrong', 'at, good, others, wrong'));
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]), url];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  const line = (await text(child.stdout)).split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error('wrk told nothing.');
  const told = JSON.parse(line) as { good: number; others: number; wrong: number; microseconds: number; p99: number };
  return { perSecond: told.good / (told.microseconds / 1e6), p99: told.p99 / 1_000, others: told.others, wrong: told.wrong };
}
