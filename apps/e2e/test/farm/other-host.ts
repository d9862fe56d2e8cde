/*
 * Runs a daemon as another host would see itself, by namespaces of the kernel: its own process ids,
 * or its own files in /proc and /sys. Linux only, and only where this user may make namespaces.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a daemon in its own PID namespace, as a container does. All in it ends with the daemon. */
export const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

const FILES = {
  bootId: '/proc/sys/kernel/random/boot_id',
  uptime: '/proc/uptime',
  hardwareId: '/sys/firmware/devicetree/base/serial-number',
} as const;
/** What a machine says of itself. `uptime` is in seconds. */
export type Facts = Partial<Record<keyof typeof FILES, string>>;

/** Runs a daemon on what looks like another machine. The files of its facts are in `folder`. */
export function onMachine(folder: string, facts: Facts): string[] {
  const hardware = 'mount -t tmpfs tmpfs /sys/firmware && mkdir -p /sys/firmware/devicetree/base';
  const steps = facts.hardwareId === undefined ? [] : [hardware];
  for (const fact of ['bootId', 'uptime', 'hardwareId'] as const) {
    const text = facts[fact];
    if (text === undefined) continue;
    const file = join(folder, `fact-${fact}-${text}`);
    writeFileSync(file, fact === 'uptime' ? `${text} 0.00\n` : `${text}\n`);
    const place = fact === 'hardwareId' ? 'cp' : 'mount --bind';
    steps.push(`${place} ${file} ${FILES[fact]}`);
  }
  return ['unshare', '--mount', 'sh', '-c', `${steps.join(' && ')} && exec "$@"`, 'sh'];
}

/**
 * Keeps the PID namespace of a process. Without it the kernel gives its number to the next
 * namespace once the last process in it has ended. Gives a function that lets it go.
 */
export function keepNamespace(pid: number): () => void {
  const file = openSync(`/proc/${pid}/ns/pid`, 'r');
  return () => closeSync(file);
}
