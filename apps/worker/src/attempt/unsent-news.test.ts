import type { RememberedProcess, TreeRecord } from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { UnsentNews } from './unsent-news.ts';

const treeWith = (...pids: readonly number[]): TreeRecord => ({
  ...{ attemptId: 'a1', treeMarker: 'x', bootId: 'b1', machineId: null, hardwareId: null },
  ...{ pidNamespace: null, root: null, container: null },
  members: pids.map(
    (pid): RememberedProcess => ({
      ...{ pid, startToken: `${pid}`, name: 'aerender', parentPid: 1, startedAt: null },
    }),
  ),
});

test('each part is reported once, until it changes again', () => {
  const news = new UnsentNews();
  expect([...news.take()]).toEqual(['progress']);
  expect([...news.take()]).toEqual([]);
  news.changed('usage', 'history');
  news.changed('usage');
  expect([...news.take()]).toEqual(['usage', 'history']);
});

test('a tree is reported when its members have changed', () => {
  const news = new UnsentNews();
  news.take();
  news.setTree(treeWith(7));
  expect([...news.take()]).toEqual(['tree']);
  news.setTree(treeWith(7));
  expect([...news.take()]).toEqual([]);
  news.setTree(treeWith(7, 8));
  expect([...news.take()]).toEqual(['tree']);
  expect(news.tree).toEqual(treeWith(7, 8));
});

test('what was not saved is reported again, a tree too', () => {
  const news = new UnsentNews();
  news.take();
  news.sendAgain({ attemptId: 'a1', tree: treeWith(7), usage: [] });
  expect([...news.take()]).toEqual(['usage', 'tree']);
});
