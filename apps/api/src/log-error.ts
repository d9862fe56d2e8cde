import { z } from 'zod';

type Told = { readonly [fact: string]: unknown; readonly type: string; readonly message: string; readonly stack: string };

const coded = z.object({ code: z.string() });
const query = z.object({ query: z.string(), params: z.array(z.unknown()) });

/**
 * An error as the log may have it: what failed and where, never the values that a statement carried or that PostgreSQL quotes, since they may be somebody's
 * secrets. Fits pino's `err` serializer.
 */
export function logError(error: unknown): Told {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const code = codeOf(error);
  return {
    type: error.name,
    message: messageOf(error, code),
    ...(code === undefined ? {} : { code }),
    stack: framesOf(error),
    ...(error.cause === undefined ? {} : { cause: logError(error.cause) }),
  };
}

/** A stack begins with the message. */
function framesOf({ stack = '', message }: Error): string {
  const frames = stack.slice(stack.indexOf(message) + message.length);
  return /^ {4}at /m.test(frames) ? frames.trimStart() : '';
}

const codeOf = (error: Error) => coded.safeParse(error).data?.code;

function messageOf(error: Error, code: string | undefined): string {
  const { cause } = error;
  // Whoever wraps an error often takes its words along.
  if (cause instanceof Error && cause.message !== '' && error.message.includes(cause.message)) return messageOf(cause, codeOf(cause));
  const failed = query.safeParse(error);
  if (failed.success) return `Failed query: ${failed.data.query}`;
  // Class 22 of SQLSTATE, data exception: the sentence quotes the value.
  return code !== undefined && /^22\w{3}$/.test(code) ? 'A value does not fit; the database quotes it, the log does not.' : error.message;
}
