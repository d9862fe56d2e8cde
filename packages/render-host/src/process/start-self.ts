import { spawn } from 'node:child_process';
import { closeSync, constants } from 'node:fs';
import { openRegularSync } from '../paths/open-regular.mjs';

export type StartedSelf = {
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Closes the channel, which asks the started program to end. */
  disconnect(): void;
};

/**
 * Starts this program again with other arguments, in a session of its own. Its output is appended
 * to a file; throws when that is no regular file. The started program outlives this process. Its
 * channel closes when this process ends.
 */
export function startSelf(args: readonly string[], logFile: string): StartedSelf {
  const { O_WRONLY, O_CREAT, O_APPEND } = constants;
  const flags = O_WRONLY | O_CREAT | O_APPEND;
  const log = openRegularSync(logFile, { flags, mode: 0o600, follow: true });
  const [, entry = ''] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, entry, ...args], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', reject);
  });
  return {
    ended,
    disconnect: () => void (child.connected && child.disconnect()),
  };
}
