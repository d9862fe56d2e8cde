import { type ErrorCode, toProblem } from '@renderdeck/contract';
import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { mayBeDone } from './call-failure.ts';

const answered = (code: ErrorCode) =>
  TRPCClientError.from({
    error: { code: -32000, message: '', data: { problem: toProblem(code) } },
  });
const fetchFailed = (cause: Error) =>
  TRPCClientError.from(new TypeError('fetch failed', { cause }));
const withCode = (code: string) => Object.assign(new Error(code), { code });
const coded = (code: string) => fetchFailed(withCode(code));
const nowhere = new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]);
const fromProxy = (status: number) =>
  TRPCClientError.from(new SyntaxError('<'), { meta: { response: new Response('<', { status }) } });

test.each([
  ['a refusal', answered('forbidden'), false],
  ['a server that refused and did nothing', answered('unavailable'), false],
  ['a server that does not know the outcome', answered('outcome_unknown'), true],
  ['a bug of the server', answered('internal'), true],
  ['a proxy whose server does not answer', fromProxy(504), true],
  ['another server', fromProxy(404), false],
  ['a port where nobody listens', coded('ECONNREFUSED'), false],
  ['a port that fetch refuses to call', fetchFailed(new Error('bad port')), false],
  ['several addresses where nobody listens', fetchFailed(nowhere), false],
  ['a connection that ended', coded('UND_ERR_SOCKET'), true],
  ['a WebSocket that ended', TRPCClientError.from(new Error('WebSocket closed')), true],
])('%s', (_what, error, may) => {
  expect(mayBeDone(error)).toBe(may);
});
