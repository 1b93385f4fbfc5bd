export { reasonKinds, type Alert, type Reason } from './alert.ts';
export { type DeliveryOptions } from './deliver-alerts.ts';
export { type SinkGuard } from './post.ts';
export { followWatches, runWatches, testWatch, type RunWatchesOptions, type WatchRun } from './run-watches.ts';
export { verifyAlertRequest } from './sink-request.ts';
export { addWatch, listWatches, muteWatch, redriveWatch, removeWatch, type ListedWatch } from './stored-watch.ts';
export { defineWatch, sinkSchema, watchFilterSchema, type Sink, type SinkKind, type Watch, type WatchFilter, type WatchInput } from './watch.ts';
