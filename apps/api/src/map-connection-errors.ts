import { refuse } from '@renderdeck/contract';
import { z } from 'zod';

/** Codes of a database that is not there, shuts down, starts, or takes no more connections: the driver's, the system's, PostgreSQL's. */
const AWAY =
  /^(CONNECTION_\w+|CONNECT_TIMEOUT|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|08\w{3}|53300|55000|57P0[1-3])$/;
const RETRY_AFTER_S = 5;
const failure = z.object({ code: z.unknown().optional(), cause: z.unknown().optional() });

/** The same methods, but a call, or a stream, that fails because the database is away is refused as `unavailable`: come again in some seconds. */
export function mapConnectionErrors<Methods extends object>(methods: Methods): Methods {
  return new Proxy(methods, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      return typeof method === 'function'
        ? (...args: unknown[]) => translate(Reflect.apply(method, target, args))
        : method;
    },
  });
}

function translate(result: unknown): unknown {
  if (isStream(result)) return translateStream(result);
  if (!(result instanceof Promise)) return result;
  return result.catch((error: unknown) => {
    throw translateError(error);
  });
}

async function* translateStream(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* stream;
  } catch (error) {
    throw translateError(error);
  }
}

function translateError(error: unknown): unknown {
  return isAway(error)
    ? refuse('unavailable', undefined, { retryAfterSeconds: RETRY_AFTER_S })
    : error;
}

function isStream(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

function isAway(error: unknown): boolean {
  const { data } = failure.safeParse(error);
  return (
    data !== undefined &&
    ((typeof data.code === 'string' && AWAY.test(data.code)) || isAway(data.cause))
  );
}
