import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { describeMessage, linkOfMessage, webhookMessageSchema } from '@renderdeck/contract';
import type { ClaimedDelivery, Send } from '@renderdeck/operations/extras';
import { signMessage } from './sign-message.ts';
import type { WebhookAddresses } from './webhook-addresses.ts';

const ANSWER_WITHIN_MS = 10_000;
/** How many characters of an answer are read and kept. */
const KEPT_CHARACTERS = 500;

type Answer = {
  readonly status: number;
  readonly answer: string;
  readonly retryAfterMs: number | null;
};

export type Posting = {
  readonly addresses: WebhookAddresses;
  /** The URL under which people open the page. Null if it is not known. */
  readonly publicUrl: string | null;
  readonly end?: AbortSignal;
};

/**
 * Posts a message to its address and reads the beginning of the answer. Does not follow redirects,
 * because a redirect could lead to an address where messages may not go.
 */
export function postMessage({ addresses, publicUrl, end }: Posting): Send {
  return async (message) => {
    const startedAt = performance.now();
    const durationMs = () => Math.round(performance.now() - startedAt);
    try {
      const body = renderBody(message, publicUrl);
      const answered = await post(message, body, addresses, end);
      return { ...answered, error: null, durationMs: durationMs() };
    } catch (error) {
      if (end?.aborted) return null;
      const sentence = explain(error, message.address);
      const nothing = { status: null, answer: null, retryAfterMs: null };
      return { ...nothing, error: sentence, durationMs: durationMs() };
    }
  };
}

async function post(
  message: Parameters<Send>[0],
  body: string,
  { problemOf, lookup }: WebhookAddresses,
  end: AbortSignal | undefined,
): Promise<Answer> {
  const url = new URL(message.address);
  const problem = problemOf(url);
  if (problem !== null) throw new Error(problem);
  const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method: 'POST',
    agent: false,
    lookup,
    signal: end === undefined ? timeout : AbortSignal.any([timeout, end]),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'renderdeck-webhook/1',
      ...signMessage(message, body, Date.now()),
    },
  });
  request.end(body);
  return await readAnswer(request);
}

/** The status counts as soon as it is received, even if the rest of the answer never arrives. */
function readAnswer(request: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      let kept = '';
      const done = () => {
        const { statusCode: status = 0, headers } = response;
        const retryAfterMs = readRetryAfter(status, headers['retry-after'], Date.now());
        resolve({ status, answer: printable(kept), retryAfterMs });
        request.destroy();
      };
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        kept += chunk;
        if (kept.length >= KEPT_CHARACTERS) done();
      });
      for (const event of ['end', 'close', 'error'] as const) response.on(event, done);
    });
  });
}

function printable(answer: string): string {
  return answer
    .slice(0, KEPT_CHARACTERS)
    .replace(/[\p{Cc}\p{Surrogate}]+/gu, ' ')
    .trim();
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there.',
  ENOTFOUND: 'The name is not known.',
  EAI_AGAIN: 'The name could not be looked up.',
  ECONNRESET: 'The connection was cut before an answer came.',
  EHOSTUNREACH: 'The address cannot be reached.',
  ENETUNREACH: 'The address cannot be reached.',
};

function explain(error: unknown, address: string): string {
  if (!(error instanceof Error)) return String(error);
  const { host } = new URL(address);
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return `${host} gave no answer within ${ANSWER_WITHIN_MS / 1000} s.`;
  const known = 'code' in error ? SENTENCES[String(error.code)] : undefined;
  return known === undefined ? `${error.message}.` : `${host}: ${known}`;
}

const FOLLOWED: ReadonlySet<number> = new Set([429, 503]);

/**
 * Returns how long an answer asks the sender to wait, in ms. Reads the header Retry-After of a 429
 * or 503, in seconds or as a date. Returns null if there is no such header or it cannot be read.
 */
export function readRetryAfter(
  status: number,
  header: string | undefined,
  nowMs: number,
): number | null {
  if (!FOLLOWED.has(status) || header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = / GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/**
 * Returns the body of a message, in the format of its webhook. Every try of a message has the same
 * body. If the page's address is known, the body links to the job or host that it tells of.
 */
function renderBody(
  { id, type, facts, at, shape }: ClaimedDelivery,
  publicUrl: string | null,
): string {
  const made = webhookMessageSchema.parse({ id, type, timestamp: at, url: null, data: facts });
  const url = publicUrl === null ? null : linkOfMessage(publicUrl, made);
  if (shape === 'renderdeck') return JSON.stringify({ ...made, url });
  const text = escapeSlack(describeMessage(made));
  return JSON.stringify({ text: url === null ? text : `${text} <${escapeSlack(url)}|Open>` });
}

/**
 * Escapes the three characters that Slack reads as markup. Otherwise a name could become a link or
 * notify everybody.
 */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
