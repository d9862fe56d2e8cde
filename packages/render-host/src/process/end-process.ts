import { loadWindowsApi } from './windows/load-windows-api.ts';
import { ACCESS, type WindowsApi } from './windows/windows-api.ts';

const EXIT_CODE = 1;

/**
 * Ends the process with this identity. The identity is read through the handle that ends the
 * process, so a later process with the same pid is left alone. False when the process has ended or
 * may not be ended.
 */
export function endProcess(
  pid: number,
  startToken: string,
  api: WindowsApi = loadWindowsApi(),
): boolean {
  const opened = api.openProcess(ACCESS.terminate | ACCESS.queryLimited | ACCESS.synchronize, pid);
  if (opened.value === null) return false;
  try {
    if (api.readCreated(opened.value).value !== startToken) return false;
    return api.terminateProcess(opened.value, EXIT_CODE) === 0;
  } finally {
    api.close(opened.value);
  }
}
