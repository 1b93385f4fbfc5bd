import { isDriverError, toSyncError } from './database-error.ts';

/**
 * The same methods, but what pg, knex or objection throw in them comes out as our error: no driver's error leaves this package.
 * For promises and for async generators.
 */
export function guarded<Methods extends object>(methods: Methods): Methods {
  const entries = Object.entries(methods).map(([name, method]) => [name, typeof method === 'function' ? guardedMethod(method) : method] as const);
  return Object.fromEntries(entries) as Methods;
}

function guardedMethod(method: Function): (...args: unknown[]) => unknown {
  return (...args) => {
    const result: unknown = method(...args);
    if (isAsyncIterable(result)) return iterated(result);
    return result instanceof Promise ? result.catch(rethrown) : result;
  };
}

async function* iterated(items: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* items;
  } catch (error) {
    rethrown(error);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function rethrown(error: unknown): never {
  throw isDriverError(error) ? toSyncError(error) : error;
}
