/**
 * Signals a process; a negative number means a group. False when there is none, or when we may not
 * signal it.
 */
export function sendSignal(target: number, signal: NodeJS.Signals): boolean {
  if (target === 0 || target === 1 || target === -1)
    throw new Error(`${target} stands for more than one tree: it is never signalled.`);
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ESRCH' || error.code === 'EPERM')
    )
      return false;
    throw error;
  }
}

/** Whether a process has this pid, even one that we may not see or signal. */
export function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
