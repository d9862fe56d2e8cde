import { expect, test } from 'vitest';
import { countCreated, parsePs } from './ps.ts';

// These tables were not recorded on a Mac. They follow the manual of macOS for two commands:
// `ps -axEww -o pid=,ppid=,pgid=,stat=,lstart=,command=` and `ps -axww -o pid=,comm=`.
const AE = '/Applications/Adobe After Effects 2024';
const CORE = `${AE}/aerendercore.app/Contents/MacOS/aerendercore`;
const MARKER = 'RENDERDECK_TREE_MARKER=c0ffee';
const NEXRENDER = `nexrender PATH=/usr/bin:/bin ${MARKER} RENDERDECK_OWNER=farm-1`;
const MACOS_TABLE = `    1     0     1 Ss   Mon Nov  2 08:01:09 2026     /sbin/launchd
  611   540   611 Ss   Wed Nov 25 12:56:29 2026     ${NEXRENDER}
  640   611   611 S    Wed Nov 25 12:56:31 2026     ${AE}/aerender -project /tmp/a b.aep ${MARKER}
  702   640   611 U    Wed Nov 25 12:56:33 2026     ${CORE}
  703   640   611 Z    Wed Nov 25 12:56:33 2026     (ffmpeg)
`;
const MACOS_NAMES = `    1 /sbin/launchd
  611 nexrender
  640 ${AE}/aerender
  702 ${CORE}
`;
// Recorded from procps-ng 4.0.4: `ps axeww -o …`.
const TAIL = 'tail -3 SHELL=/bin/bash RENDERDECK_TREE_MARKER=abc PWD=/tmp';
const LINUX_TABLE = ` 4976  4960  4960 S    Wed Nov 25 12:56:29 2026 ${TAIL}
 4977  4960  4960 Zl   Wed Nov 25 12:56:29 2026 [node] <defunct>
`;

test('macOS: marks, names with spaces, parents and states are read, the newest first', () => {
  const processes = parsePs(MACOS_TABLE, MACOS_NAMES);
  const shown = ['pid', 'parentPid', 'groupId', 'state', 'name', 'treeMarker', 'owner'] as const;
  expect(processes.map((one) => shown.map((field) => one[field]))).toEqual([
    [703, 640, 611, 'Z', '(ffmpeg)', null, null],
    [702, 640, 611, 'U', 'aerendercore', null, null],
    [640, 611, 611, 'S', 'aerender', 'c0ffee', null],
    [611, 540, 611, 'S', 'nexrender', 'c0ffee', 'farm-1'],
    [1, 0, 1, 'S', 'launchd', null, null],
  ]);
  expect(processes[4]).toMatchObject({
    startToken: 'Mon Nov 2 08:01:09 2026',
    startedAt: '2026-11-02T08:01:09.000Z',
    sessionId: null,
  });
});

test('Linux: a zombie with a living thread is told from a zombie without one', () => {
  expect(
    parsePs(LINUX_TABLE, '').map(({ state, threads, treeMarker }) => [state, threads, treeMarker]),
  ).toEqual([
    ['Z', 2, null],
    ['S', 1, 'abc'],
  ]);
});

test('a line that cannot be read gives an error, never a missing process', () => {
  expect(() => parsePs('ps: sysctl failed', '')).toThrow(/cannot be read/);
});

test('pids between two commands count as created; after a wrap the number is infinite', () => {
  expect(countCreated(100, 101)).toBe(0);
  expect(countCreated(100, 105)).toBe(4);
  expect(countCreated(32_767, 300)).toBe(Number.POSITIVE_INFINITY);
});
