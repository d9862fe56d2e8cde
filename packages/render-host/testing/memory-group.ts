import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from './wait-until.ts';

const PLACES = [
  { folder: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { folder: '/sys/fs/cgroup', limit: 'memory.max' },
];

/** A cgroup of the kernel with a memory limit. A command after `within` starts in that cgroup. */
export type MemoryGroup = { readonly within: readonly string[]; remove(): Promise<void> };

/** Empty when this user may make such a cgroup; else the reason, for a test's name. */
export function whyNoMemoryGroup(): string {
  try {
    const { path } = make(2 ** 30);
    rmdirSync(path);
    return '';
  } catch (error) {
    return ` (left out: no memory cgroup can be made here: ${String(error).split('\n')[0]})`;
  }
}

export function openMemoryGroup(limitBytes: number): MemoryGroup {
  const { path } = make(limitBytes);
  return {
    within: ['sh', '-c', `echo $$ > ${path}/cgroup.procs && exec "$@"`, 'sh'],
    async remove() {
      const isEmpty = () => readFileSync(join(path, 'cgroup.procs'), 'latin1') === '';
      await waitUntil('the processes of a memory cgroup have ended', isEmpty);
      rmdirSync(path);
    },
  };
}

/** In cgroup v2, a group has a memory limit only if its parent hands on the memory controller. */
function make(limitBytes: number): { path: string } {
  let cause: unknown;
  for (const { folder, limit } of PLACES) {
    const path = join(folder, `renderdeck-test-${process.pid}-${Date.now()}`);
    try {
      mkdirSync(path);
    } catch (error) {
      cause = error;
      continue;
    }
    try {
      writeFileSync(join(path, limit), String(limitBytes));
      return { path };
    } catch (error) {
      rmdirSync(path);
      cause = error;
    }
  }
  throw cause;
}
