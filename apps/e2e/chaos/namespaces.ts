import { execFileSync } from 'node:child_process';
import { findFakeTime } from './wall-clock.ts';

/** Empty if the machines of the chaos can be made here; else the reason, for a test's name. */
export function whyNoChaos(): string {
  if (process.platform !== 'linux') return ' (skipped: it needs namespaces of Linux)';
  if (findFakeTime() === null) return ' (skipped: libfaketime is not installed)';
  try {
    const inside = 'ip link set lo up && mount -t tmpfs tmpfs /mnt';
    const kinds = ['--mount', '--net', '--pid', '--fork', '--mount-proc', '--time'];
    execFileSync('unshare', [...kinds, '--boottime', '1', 'sh', '-c', inside], { stdio: 'pipe' });
    return '';
  } catch (error) {
    const [line] = String(error).trim().split('\n').slice(-1);
    return ` (skipped: no namespaces here: ${line})`;
  }
}
