import { expect, test } from 'vitest';
import { findMount } from './container/cgroup.ts';
import { findLimitMark, makeLimitMark, takeLimitMark } from './limit-mark.ts';
import { sendSignal } from './send-signal.ts';
import { decideProof } from './stop-process-tree.ts';

const seen = (created: number, hidden: string | null = null) => ({ created, hidden });

test.each<[string, Parameters<typeof decideProof>, ReturnType<typeof decideProof>]>([
  ['the kernel says that the container is empty', [seen(500), true, 0], 'kernel'],
  ['no process was created during the scan', [seen(0), null, 1], 'forkFree'],
  [
    'a dozen scans found no member, and few processes were created',
    [seen(1), null, 12],
    'repeated',
  ],
  ['a few such scans prove nothing', [seen(1), null, 11], null],
  ['a host that creates processes all the time proves nothing', [seen(500), null, 0], null],
  ['a scan from which a process may be hidden proves nothing', [seen(0, 'why'), null, 99], null],
  ['then a dozen looks beside the container prove it', [seen(0, 'why'), true, 0, 12], 'kernel'],
  ['a few such looks prove nothing', [seen(0, 'why'), true, 99, 11], null],
])('an empty scan: %s', (_name, given, proof) => {
  expect(decideProof(...given)).toBe(proof);
});

test.each([0, 1, -1])(
  'signal target %i is refused, because it means more than one tree',
  (target) => {
    expect(() => sendSignal(target, 'SIGKILL')).toThrow(/never signalled/);
  },
);

test('a signal to a process that does not exist throws no error', () => {
  expect(sendSignal(2 ** 30, 'SIGKILL')).toBe(false);
});

test('each tree marker has its own limit mark, far above any real limit', () => {
  expect(makeLimitMark('a')).toBe(makeLimitMark('a'));
  expect(makeLimitMark('a')).not.toBe(makeLimitMark('b'));
  expect(Number(makeLimitMark('a'))).toBeGreaterThan(2 ** 48);
  expect(takeLimitMark('a', ['node', 'x']).slice(-3)).toEqual(['sh', 'node', 'x']);
  expect(
    findLimitMark(
      'Max locked memory  8388608  8388608  bytes\n' +
        'Max file locks            281474976710699      281474976710699      locks \n',
    ),
  ).toBe('281474976710699');
  expect(
    findLimitMark('Max file locks            unlimited            unlimited            locks \n'),
  ).toBeNull();
});

test('the mount of cgroup v2 is found beside mounts of cgroup v1', () => {
  const hybrid = `40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;
  expect(findMount(hybrid)).toBe('/sys/fs/cgroup/unified');
  expect(
    findMount('29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate'),
  ).toBe('/sys/fs/cgroup');
  expect(findMount('31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw')).toBeNull();
});
