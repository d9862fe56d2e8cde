import { loadWindowsApi } from './windows/load-windows-api.ts';
import { ACCESS, type WindowsApi } from './windows/windows-api.ts';

const EXIT_CODE = 1;

/**
 * Ends the process with this identity. Its identity is read through the handle that ends it, so a
 * process that took its pid since is left alone. False where it has ended, or may not be ended.
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
