/*
 * Runs a daemon so that it sees itself on another host: with its own process ids, or with its own
 * files in /proc and /sys. Linux namespaces do this, so it needs Linux and the right to make them.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs a daemon in its own PID namespace, like a container. All its processes end with the daemon.
 */
export const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

const FILES = {
  bootId: '/proc/sys/kernel/random/boot_id',
  uptime: '/proc/uptime',
  hardwareId: '/sys/firmware/devicetree/base/serial-number',
} as const;
/** What a machine reports about itself. `uptime` is in seconds. */
export type Facts = Partial<Record<keyof typeof FILES, string>>;

/** Runs a daemon on what looks like another machine. `folder` holds the files with its facts. */
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
 * Keeps the PID namespace of a process alive. Without this, the kernel could give the namespace's
 * number to a new namespace after its last process ended. Returns a function that ends this.
 */
export function keepNamespace(pid: number): () => void {
  const file = openSync(`/proc/${pid}/ns/pid`, 'r');
  return () => closeSync(file);
}
