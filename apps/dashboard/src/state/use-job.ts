import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { follow } from '../api/follow.ts';
import type { Job } from '../api/operations.ts';

export interface FollowedJob {
  /** As it stands; null before one was asked for. */
  readonly job: Job | null;
  /** Why none could be asked for. */
  readonly error: unknown;
  /** Asked for, waiting or running. */
  readonly isBusy: boolean;
  /** Asks for a job and follows it to its end. */
  readonly start: (ask: () => Promise<Job>) => void;
  readonly forget: () => void;
}

export function hasEnded({ state }: Pick<Job, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}

/** One piece of work of the server, with its progress as it comes. `onEnd` is told of whatever end it takes. */
export function useJob(onEnd?: (job: Job) => void): FollowedJob {
  const [job, setJob] = useState<Job | null>(null);
  const [error, setError] = useState<unknown>();
  const [isAsking, setAsking] = useState(false);
  const newest = useRef(onEnd);
  newest.current = onEnd;
  const stop = useRef(() => {});
  const isGone = useRef(false);
  useEffect(() => () => {
    isGone.current = true;
    stop.current();
  }, []);
  const watch = useCallback((first: Job) => {
    setJob(first);
    if (hasEnded(first)) newest.current?.(first);
    else stop.current = follow('GET /jobs/{id}/events', {
      params: { id: first.id }, events: ['job', 'end'],
      onEvent: ({ name, data }) => {
        setJob(data as Job);
        if (name === 'end') newest.current?.(data as Job);
        return name !== 'end';
      },
    });
  }, []);
  const start = useCallback((ask: () => Promise<Job>) => {
    stop.current();
    setError(undefined);
    setJob(null);
    setAsking(true);
    ask().then((asked) => { if (!isGone.current) watch(asked); }, (thrown: unknown) => { setError(thrown); }).finally(() => { setAsking(false); });
  }, [watch]);
  const forget = useCallback(() => {
    stop.current();
    setJob(null);
    setError(undefined);
  }, []);
  return { job, error, isBusy: isAsking || (job !== null && !hasEnded(job)), start, forget };
}
