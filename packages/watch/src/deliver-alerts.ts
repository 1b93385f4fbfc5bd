import { createHash } from 'node:crypto';
import { isSyncError, SyncError } from '@1688/core';
import { lockKey, quoteName, transaction, type Database, type Transaction } from '@1688/db';
import type { Alert } from './alert.ts';
import type { Message } from './message.ts';
import { post, type SinkGuard } from './post.ts';
import { isQuiet } from './quiet-hours.ts';
import { checkSinkAnswer } from './sink-answer.ts';
import { plainText, sinkRequest } from './sink-request.ts';
import type { Sink, Watch } from './watch.ts';

/** What a run of watches needs from outside. */
export interface DeliveryOptions {
  /** Which addresses may be sent to; without it only `stdout` sinks work. */
  readonly guard?: SinkGuard;
  /** Takes what `stdout` sinks say, without a line end. */
  readonly print?: (text: string) => void;
  /** Default: the clock of the database. */
  readonly now?: () => Date;
  /** Alerts that are older than this and whose sink fails are given up. Default 7. */
  readonly deadAfterDays?: number;
  readonly signal?: AbortSignal;
}

/** What became of one attempt. */
export interface Delivery {
  readonly outcome: 'sent' | 'failed' | 'nothing';
  readonly alerts: number;
  readonly error: string | null;
}

interface State { due: boolean; now: Date; failures: number; spaced: boolean }

/** Robots take 20 messages a minute (钉钉, 企业微信), 100 (飞书) or one a second (Slack). Several watches may use one robot. */
const spacingMs: Readonly<Record<Sink['kind'], number>> = { dingtalk: 3_200, wecom: 3_200, feishu: 700, slack: 1_000, url: 0, stdout: 0 };
const mostAlerts = 500;
const nothing: Delivery = { outcome: 'nothing', alerts: 0, error: null };

/** Sends the next message of a watch, if one is due. A process that dies after sending sends the same message again, with the same ids. */
export async function deliverAlerts(db: Database, watch: Watch, options: DeliveryOptions = {}): Promise<Delivery> {
  if (watch.sink.kind === 'stdout' && !options.print) return nothing; // a server has nobody to print to: its alerts wait for "watch run"
  if (!(await fixMessage(db, watch, options))) return nothing;
  return transaction(db, async (trx) => {
    const state = await stateOf(trx, watch, options);
    if (!state?.due || !state.spaced || isQuiet(watch.quietHours, state.now)) return nothing;
    const message = await nextMessage(trx, watch);
    if (!message) return nothing;
    const error = await sendMessage(watch.sink, message, { ...options, now: () => state.now }).then(() => null, (failure: unknown) => failure);
    options.signal?.throwIfAborted();
    if (error === null) await markSent(trx, watch.id, message, state.now);
    else await markFailed(trx, watch.id, { error, state, deadAfterDays: options.deadAfterDays ?? 7 });
    return { outcome: error === null ? 'sent' : 'failed', alerts: message.alerts.length, error: error === null ? null : told(error) };
  });
}

/** Sends one message to a sink. @throws SINK_REFUSED, SINK_UNREACHABLE, ADDRESS_BLOCKED; CONFIG_UNSAFE without a guard */
export async function sendMessage(sink: Sink, message: Message, { guard, print, now = () => new Date(), signal }: DeliveryOptions): Promise<void> {
  if (sink.kind === 'stdout') {
    if (!print) throw new SyncError('FEATURE_UNAVAILABLE', 'Expected somebody to print for the stdout sink, found none here.', { hint: 'Run "1688sync watch run".' });
    return print(plainText(message));
  }
  if (!guard) throw new SyncError('CONFIG_UNSAFE', `Expected a guard of addresses for the ${sink.kind} sink, received none.`, { hint: 'Give `guard`, such as addressGuard() of @1688/images.' });
  checkSinkAnswer(sink.kind, await post(sinkRequest(sink, message, now()), { guard, ...(signal ? { signal } : {}) }));
}

/** Fixes which alerts go out together, once the digest's time is over. False when there is nothing to send. */
async function fixMessage(db: Database, watch: Watch, options: DeliveryOptions): Promise<boolean> {
  return transaction(db, async (trx) => {
    const s = quoteName(trx.schema);
    const state = await stateOf(trx, watch, options);
    if (!state?.due) return false;
    const { rows: waiting } = await trx.knex.raw<{ rows: { id: string; message_id: string | null; queued_at: Date }[] }>(
      `select id, message_id, queued_at from ${s}.watch_alerts where watch_id = ? and state = 'queued' order by seq limit ?`, [watch.id, mostAlerts]);
    const [first] = waiting;
    if (!first || waiting.some((each) => each.message_id !== null)) return first !== undefined;
    const oldest = Math.min(...waiting.map((each) => each.queued_at.getTime()));
    if (state.now.getTime() - oldest < watch.digest.minutes * 60_000 || isQuiet(watch.quietHours, state.now)) return false;
    await trx.knex.raw(`update ${s}.watch_alerts set message_id = ? where id = any(?)`, [first.id, waiting.map(({ id }) => id)]);
    return true;
  });
}

/** Null while another process has the watch. The lock of the sink keeps watches with one robot apart. */
async function stateOf(trx: Transaction, { id, sink }: Watch, { now }: DeliveryOptions): Promise<State | null> {
  const s = quoteName(trx.schema);
  const key = sink.kind === 'stdout' ? null : createHash('sha256').update(sink.url).digest('hex');
  if (key !== null) await trx.knex.raw('select pg_advisory_xact_lock(?)', [lockKey(trx.schema, `sink ${key}`)]);
  const { rows: [row] } = await trx.knex.raw<{ rows: { now: Date; retry_at: Date | null; muted_until: Date | null; failures: number }[] }>(
    `update ${s}.watches set sink_key = ? where id = (select id from ${s}.watches where id = ? for update skip locked) returning clock_timestamp() as now, retry_at, muted_until, failures`, [key, id]);
  if (!row) return null;
  const time = now?.() ?? row.now;
  const { rows: [last] } = await trx.knex.raw<{ rows: { at: Date | null }[] }>(`select max(last_message_at) as at from ${s}.watches where sink_key = ?`, [key]);
  const due = [row.retry_at, row.muted_until].every((until) => until === null || until <= time);
  return { due, now: time, failures: row.failures, spaced: !last?.at || Math.abs(time.getTime() - last.at.getTime()) >= spacingMs[sink.kind] };
}

async function nextMessage(trx: Transaction, { id, language, digest }: Watch): Promise<Message | null> {
  const { rows } = await trx.knex.raw<{ rows: { message_id: string; alert: Alert }[] }>(
    `select message_id, alert from ${quoteName(trx.schema)}.watch_alerts a where watch_id = ? and state = 'queued' and message_id =
       (select message_id from ${quoteName(trx.schema)}.watch_alerts where watch_id = ? and state = 'queued' and message_id is not null order by seq limit 1) order by seq`, [id, id]);
  const [first] = rows;
  return first ? { id: first.message_id, watchId: id, language, maxLines: digest.maxLines, alerts: rows.map(({ alert }) => alert) } : null;
}

async function markSent(trx: Transaction, watchId: string, message: Message, now: Date): Promise<void> {
  const s = quoteName(trx.schema);
  await trx.knex.raw(`update ${s}.watch_alerts set state = 'sent', sent_at = ? where id = any(?)`, [now, message.alerts.map(({ id }) => id)]);
  await trx.knex.raw(`update ${s}.watches set failures = 0, retry_at = null, last_error = null, last_message_at = ? where id = ?`, [now, watchId]);
}

/** Waits a minute, then twice as long each time, an hour at most. */
async function markFailed(trx: Transaction, watchId: string, { error, state, deadAfterDays }: { error: unknown; state: State; deadAfterDays: number }): Promise<void> {
  const s = quoteName(trx.schema);
  const retryAt = new Date(state.now.getTime() + Math.min(60_000 * 2 ** state.failures, 3_600_000));
  await trx.knex.raw(`update ${s}.watches set failures = failures + 1, retry_at = ?, last_error = ?, last_message_at = ? where id = ?`, [retryAt, told(error), state.now, watchId]);
  await trx.knex.raw(
    `update ${s}.watch_alerts set state = 'dead' where watch_id = ? and state = 'queued' and queued_at < ?::timestamptz - make_interval(days => ?)`, [watchId, state.now, deadAfterDays]);
}

/** Our own errors hold no secret; others might. */
function told(error: unknown): string {
  return isSyncError(error) ? `${error.code}: ${error.message}` : 'INTERNAL: a defect in this software.';
}
