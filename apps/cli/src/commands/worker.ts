import { command, option } from '../command.ts';
import { count } from '../flag.ts';
import { untilAborted } from '../until-aborted.ts';

export const workerCommand = command({
  name: 'worker', store: 'existing',
  options: { jobs: option('--jobs <number>', count.max(64, 'at most 64').default(2)) },
  async run({ options, flows, mirror, signal, say, t }) {
    await using stack = new AsyncDisposableStack();
    stack.use(await flows.openJobs(mirror, { concurrency: options.jobs }));
    stack.use(flows.openWatches(mirror));
    say(t('worker.waiting', { jobs: options.jobs }));
    await untilAborted(signal);
    return { data: { jobs: options.jobs } };
  },
  show(_data: unknown, { say, t }) {
    say(t('serve.stopped'));
  },
});
