import { z } from 'zod';

const anyBody = z.record(z.string(), z.unknown());
export type Answer = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly cookie: string | null;
};

/** Calls the REST API as a legacy program would. */
export async function callRest(
  url: string,
  method: string,
  path: string,
  cookie: string | null,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(cookie === null ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const [set] = response.headers.getSetCookie();
  return {
    status: response.status,
    body: anyBody.parse(text === '' ? {} : JSON.parse(text)),
    cookie: set?.split(';')[0] ?? null,
  };
}
