import { z } from 'zod';

const anyBody = z.record(z.string(), z.unknown());
export type Answer = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Calls the REST API with the cookie of a session, as a program without the typed client does. */
export async function callRest(
  url: string,
  method: string,
  path: string,
  cookie: string | null,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: cookie === null ? {} : { cookie },
  });
  const text = await response.text();
  return { status: response.status, body: anyBody.parse(text === '' ? {} : JSON.parse(text)) };
}
