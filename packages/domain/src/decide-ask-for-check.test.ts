import { expect, test } from 'vitest';
import { AT } from '../test/a-job.ts';
import { decideAskForCheck } from './decide-ask-for-check.ts';

test('a host is asked to check itself only while it is heard', () => {
  const host = { name: 'render-01', lastHeardAt: AT };
  expect(decideAskForCheck({ ...host, isHeard: true })).toEqual({ ok: true });
  expect(decideAskForCheck({ ...host, isHeard: false })).toEqual({
    ok: false,
    rejection: { code: 'hostNotHeard', ...host },
  });
});
