import { expect, test } from 'vitest';
import { aWindowsApi } from '../../../testing/a-windows-api.ts';
import { type SeenProcess, UNKNOWN_TOKEN } from '../snapshot/process-listing.ts';
import { nameParents, readToken } from './list-processes.ts';

const seen = (pid: number, parentPid: number, startToken: string): SeenProcess => ({
  ...{ pid, parentPid, startToken, groupId: pid, sessionId: null, state: 'running', threads: 1 },
  ...{ name: 'node.exe', startedAt: null, treeMarker: null, owner: null },
  ...{ limitMark: null, userGroup: null },
});

test.each([
  ['is older than its child', '999', '1000', 8],
  ['was created in the same tick', '1000', '1000', 8],
  ['is younger: its pid belonged to another process before', '1001', '1000', 0],
  ['has an unknown age', UNKNOWN_TOKEN, '1000', 0],
  ['has a child with an unknown age', '999', UNKNOWN_TOKEN, 0],
])('a parent that %s', (_what, parent, child, parentPid) => {
  expect(nameParents([seen(8, 4, parent), seen(12, 8, child)])[1]?.parentPid).toBe(parentPid);
});

test('a parent that has ended is not named', () => {
  expect(nameParents([seen(12, 8, '1000')])[0]?.parentPid).toBe(0);
});

test.each([
  ['runs', { running: [12] }, '1000'],
  ['does not exist', { openError: 87 }, null],
  ['has ended, but can still be opened', { running: [] }, null],
  ['denies access', { openError: 5 }, UNKNOWN_TOKEN],
  ['may run or not', { waitError: 6 }, UNKNOWN_TOKEN],
  ['has an unknown creation time', { running: [12], createdError: 5 }, UNKNOWN_TOKEN],
])('the identity of a process that %s', (_what, answers, token) => {
  const { api, open } = aWindowsApi(answers);
  expect(readToken(api, 12)).toBe(token);
  expect(open()).toEqual([]);
});
