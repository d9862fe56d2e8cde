import { expect, test } from 'vitest';
import { AT } from '../test/a-job.ts';
import { decideCheckHost } from './decide-check-host.ts';

test('a host is asked to check itself only while it is heard', () => {
  const host = { name: 'render-01', lastHeardAt: AT };
  expect(decideCheckHost({ ...host, isHeard: true })).toEqual({ ok: true });
  expect(decideCheckHost({ ...host, isHeard: false })).toEqual({
    ok: false,
    rejection: { code: 'hostNotHeard', ...host },
  });
});
