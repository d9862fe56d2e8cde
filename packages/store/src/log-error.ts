type LoggedError = {
  readonly [fact: string]: unknown;
  readonly type: string;
  readonly message: string;
  readonly stack: string;
};

/**
 * An error in the form for logs: what failed and where. It has no parameters of a statement and no
 * values that PostgreSQL quotes, because they may be secrets. For pino's `err` serializer.
 */
export function logError(error: unknown): LoggedError {
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

/** The stack without the message at its start. */
function framesOf({ stack = '', message }: Error): string {
  const frames = stack.slice(stack.indexOf(message) + message.length);
  return /^ {4}at /m.test(frames) ? frames.trimStart() : '';
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function messageOf(error: Error, code: string | undefined): string {
  const { cause } = error;
  // A wrapper often repeats the message of its cause.
  if (cause instanceof Error && cause.message !== '' && error.message.includes(cause.message))
    return messageOf(cause, codeOf(cause));
  if ('query' in error && 'params' in error) return `Failed query: ${String(error.query)}`;
  // SQLSTATE class 22 is "data exception"; its messages quote the value.
  return code !== undefined && /^22\w{3}$/.test(code)
    ? 'A value does not fit; the database quotes it, the log does not.'
    : error.message;
}
