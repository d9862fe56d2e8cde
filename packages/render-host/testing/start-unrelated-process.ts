import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProcessIdentity } from '@renderdeck/domain';
import { readIdentity } from '../src/process/process-identity.ts';

/** Starts a sleeping process that belongs to no tree. The caller must end it. */
export async function startUnrelatedProcess(
  env: Record<string, string> = {},
  argv0 = 'sleep',
): Promise<{ identity: ProcessIdentity; end(): Promise<void> }> {
  const child = spawn('sleep', ['1000'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: 'ignore',
    detached: true,
    argv0,
  });
  await once(child, 'spawn');
  const identity = child.pid === undefined ? null : await readIdentity(child.pid);
  if (identity === null) throw new Error('The unrelated process did not start.');
  return {
    identity,
    async end() {
      const ended = once(child, 'exit');
      if (child.kill('SIGKILL')) await ended;
    },
  };
}
