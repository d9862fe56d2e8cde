/*
 * Runs a daemon as another host would see itself, by namespaces of the kernel: its own process ids,
 * or its own files in /proc and /sys. Linux only, and only where this user may make namespaces.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a daemon in its own PID namespace, as a container does. It ends with the daemon. */
export const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

const FACTS = {
  bootId: '/proc/sys/kernel/random/boot_id',
  uptime: '/proc/uptime',
  machineId: '/etc/machine-id',
} as const;

/** Runs a daemon on what looks like another machine: each fact comes from a file in `folder`. */
export function withFacts(
  folder: string,
  facts: Partial<Record<keyof typeof FACTS, string>>,
): string[] {
  const mounts = Object.entries(FACTS).flatMap(([fact, path]) => {
    const text = facts[fact === 'bootId' || fact === 'uptime' ? fact : 'machineId'];
    if (text === undefined) return [];
    const file = join(folder, `fact-${fact}`);
    writeFileSync(file, `${text}\n`);
    return [`mount --bind ${file} ${path}`];
  });
  return ['unshare', '--mount', 'sh', '-c', `${mounts.join(' && ')} && exec "$@"`, 'sh'];
}
