import { expect, test } from 'vitest';
import { countMemoryKills, explainKill, isFromOutside } from './killed-program.mjs';

const V2 = '29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const HYBRID = [
  '30 23 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
  '31 30 0:28 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory',
  '32 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
].join('\n');
const EVENTS = (kills: number) => `low 0\noom 9\noom_kill ${kills}\noom_group_kill 0\n`;

test.each<[string, Record<string, string>, number | null]>([
  [
    'of its own cgroup',
    {
      '/proc/self/mountinfo': V2,
      '/proc/self/cgroup': '0::/system.slice/worker.service/renderdeck-1\n',
      '/sys/fs/cgroup/system.slice/worker.service/renderdeck-1/memory.events': EVENTS(2),
      '/sys/fs/cgroup/system.slice/worker.service/memory.events': EVENTS(7),
    },
    2,
  ],
  [
    'of the nearest cgroup above that counts memory',
    {
      '/proc/self/mountinfo': V2,
      '/proc/self/cgroup': '0::/system.slice/worker.service/renderdeck-1\n',
      '/sys/fs/cgroup/system.slice/worker.service/memory.events': EVENTS(7),
      '/sys/fs/cgroup/system.slice/memory.events': EVENTS(8),
    },
    7,
  ],
  [
    'of version 1 on a hybrid host',
    {
      '/proc/self/mountinfo': HYBRID,
      '/proc/self/cgroup': '4:memory:/own\n1:cpu,cpuacct:/own\n0::/\n',
      '/sys/fs/cgroup/memory/own/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3',
    },
    3,
  ],
  [
    'of version 1 in a container',
    {
      '/proc/self/mountinfo': HYBRID,
      '/proc/self/cgroup': '4:memory:/docker/1f\n',
      '/sys/fs/cgroup/memory/memory.oom_control': 'under_oom 0\noom_kill 1',
    },
    1,
  ],
  ['of none, where the system has none', {}, null],
])('countMemoryKills reads the count %s', (_, files, group) => {
  const read = (path: string) => files[path] ?? '';
  expect(countMemoryKills(read)).toEqual({ group, host: null });
});

test.skipIf(process.platform !== 'linux')('the reason says only what the kernel counted', () => {
  const now = countMemoryKills();
  const earlier = (part: 'group' | 'host') => ({ ...now, [part]: (now[part] ?? 0) - 1 });
  expect(explainKill('aerender', 'SIGKILL', now)).toBe(
    'aerender was ended by another program or by the system (SIGKILL).',
  );
  // An old kernel has no count for the whole host.
  if (now.host !== null)
    expect(explainKill('aerender', 'SIGKILL', earlier('host'))).toBe(
      'aerender was ended by another program or by the system (SIGKILL), perhaps out of memory: ' +
        'the system has ended programs for that meanwhile.',
    );
  // The kernel ends a program because of memory only by SIGKILL.
  expect(explainKill('aerender', 'SIGTERM', { group: -1, host: -1 })).toBe(
    'aerender was ended by another program or by the system (SIGTERM).',
  );
  if (now.group !== null)
    expect(explainKill('aerender', 'SIGKILL', earlier('group'))).toBe(
      'aerender was ended by the system, most likely out of memory (SIGKILL).',
    );
});

test.each([
  ['SIGKILL', true],
  ['SIGXCPU', true],
  ['SIGSEGV', false],
  ['SIGPIPE', false],
])('%s comes from outside: %s', (signal, expected) => {
  expect(isFromOutside(signal)).toBe(expected);
});
