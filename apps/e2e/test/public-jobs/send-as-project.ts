import type { Call, Job } from './read-data.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
};
export type Sender = { readonly url: string; readonly token: string; readonly origin: string };

/** Sends a call as the project sends it. `{uid}` is the uid of the job that it submitted. */
export async function sendAs(
  { url, token, origin }: Sender,
  call: Call,
  job: Job | undefined,
  uid: string,
): Promise<Answer> {
  const [method = '', path = ''] = call.send.replace('{uid}', uid).split(' ');
  const sent = call.body ?? job;
  const isPreflight = method === 'OPTIONS';
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.bearer === true ? { authorization: `Bearer ${token}` } : {}),
      ...(call.bearer === true || isPreflight ? {} : { 'nexrender-secret': token }),
      ...(call.origin === true ? { origin } : {}),
      ...call.headers,
    },
    body: sent === undefined ? null : JSON.stringify(sent).replaceAll('{uid}', uid),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

/**
 * What a project reads of an answer, by the path: `actions.postrender.1.module`. Of a list of jobs
 * it reads its own job.
 */
export function readAnswer(body: unknown, uid: string, path: string): unknown {
  const own = Array.isArray(body) ? body.find((one) => Object(one).uid === uid) : body;
  const keys = path === '' ? [] : path.split('.');
  return keys.reduce<unknown>((value, key) => Object(value)[key], own);
}
