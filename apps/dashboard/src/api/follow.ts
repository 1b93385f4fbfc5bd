import { addressOf, type CallOptions, type Operation } from './call.ts';

export interface FollowOptions<Name extends Operation> extends Pick<CallOptions<Name>, 'params' | 'query'> {
  /** Names of the events; the server names each. */
  readonly events: readonly string[];
  /** @returns false to end */
  readonly onEvent: (event: { readonly name: string; readonly id: string; readonly data: unknown }) => boolean | void;
  /** False while the connection is lost and tried again. */
  readonly onState?: (isConnected: boolean) => void;
}

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

/**
 * Follows an event stream until the function that is returned is called. After a lost connection the browser goes on after the last
 * event it saw; after a refusal, which ends an EventSource for good, a new one is opened with that event's id as `since`.
 */
export function follow<Name extends Operation>(name: Name, { params, query, events, onEvent, onState }: FollowOptions<Name>): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let lastId = '';
  let waitMs = firstWaitMs;
  let ended = false;
  const end = (): void => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
  const open = (): void => {
    const resumed = lastId !== '' && query !== undefined && 'since' in query ? { ...query, since: lastId } : query;
    source = new EventSource(addressOf(name, { ...(params ? { params } : {}), ...(resumed ? { query: resumed } : {}) }));
    source.addEventListener('open', () => {
      waitMs = firstWaitMs;
      onState?.(true);
    });
    source.addEventListener('error', () => {
      onState?.(false);
      if (source?.readyState !== EventSource.CLOSED || ended) return;
      timer = window.setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    });
    for (const event of events) source.addEventListener(event, ({ data, lastEventId }: MessageEvent<string>) => {
      lastId = lastEventId;
      if (onEvent({ name: event, id: lastEventId, data: JSON.parse(data) }) === false) end();
    });
  };
  open();
  return end;
}
