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
  ['a server that did nothing', answered('unavailable'), false],
  ['a server that does not know', answered('outcome_unknown'), true],
  ['a bug of the server', answered('internal'), true],
  ['a proxy without its server', fromProxy(504), true],
  ['another server', fromProxy(404), false],
  ['a port where nobody listens', coded('ECONNREFUSED'), false],
  ['a port that no call may go to', fetchFailed(new Error('bad port')), false],
  ['several addresses where nobody listens', fetchFailed(nowhere), false],
  ['a connection that ended', coded('UND_ERR_SOCKET'), true],
  ['a WebSocket that ended', TRPCClientError.from(new Error('WebSocket closed')), true],
])('%s', (_what, error, may) => {
  expect(mayBeDone(error)).toBe(may);
});
