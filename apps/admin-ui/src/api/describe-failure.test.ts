import { type ErrorCode, toProblem } from '@renderdeck/contract';
import { TRPCClientError } from '@trpc/client';
import { expect, it } from 'vitest';
import { describeFailure, mayBeDone } from './describe-failure.ts';

const answered = (code: ErrorCode) =>
  TRPCClientError.from({
    error: { code: -32000, message: '', data: { problem: toProblem(code) } },
  });

it.each([
  ['forbidden', 'Not done. Your role does not allow this; ask an admin.'],
  ['unavailable', 'Not done. Renderdeck cannot answer now; try again shortly.'],
  ['outcome_unknown', 'No answer. It may have been done. Look before you repeat it.'],
  [
    'internal',
    'Renderdeck failed; the log has this request id. ' +
      'It may have been done. Look before you repeat it.',
  ],
] as const)('%s: the text says not done only if nothing was changed', (code, text) => {
  expect(describeFailure(answered(code), 'Not done.')).toBe(text);
  expect(mayBeDone(answered(code))).toBe(!text.startsWith('Not done.'));
});

it('without an answer it may be done, and the text says what to do then', () => {
  const lost = new TRPCClientError('fetch failed');
  expect(describeFailure(lost, 'Not done.', 'Try it.')).toBe('No answer. Try it.');
});
