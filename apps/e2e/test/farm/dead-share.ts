import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** Mounts a file system without a server: who asks it for a file waits, as at a dead share. */
const MOUNT_DEAD_SHARE =
  'exec 9<>/dev/fuse; ' +
  'mount -i -t fuse -o fd=9,rootmode=040000,user_id=0,group_id=0 none "$0"; exec sleep 600';

/** A worker whose mounts no other process sees. */
export const OWN_MOUNTS = ['unshare', '--mount'] as const;

/**
 * Mounts a dead share where the process with this pid has its mounts. After `end` every question to
 * it fails.
 */
export function startDeadShare(path: string, pid: number): { end(): void } {
  const enter = [`--mount=/proc/${pid}/ns/mnt`, '--', 'sh', '-c', MOUNT_DEAD_SHARE, path];
  const mounted = spawn('nsenter', enter);
  onTestFinished(() => void mounted.kill('SIGKILL'));
  return { end: () => void mounted.kill('SIGKILL') };
}
