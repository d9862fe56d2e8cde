import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export type StartedSelf = {
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Closes the channel, which asks the started program to end. */
  disconnect(): void;
};

/**
 * Starts this program again with other arguments, in a session of its own, with its output at the
 * end of a file. It outlives this process; its channel closes when this process ends.
 */
export function startSelf(args: readonly string[], logFile: string): StartedSelf {
  const log = openSync(logFile, 'a', 0o600);
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
