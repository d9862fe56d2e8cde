import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Whether this user may mount. Tries it in its own namespace, so nothing changes outside. */
export function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Runs a test program in its own mounts, which end with it. Returns the JSON that it prints. */
export async function runInOwnMounts(program: URL, args: string[]): Promise<unknown> {
  const command = [
    '--mount',
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    fileURLToPath(program),
    ...args,
  ];
  const { stdout } = await promisify(execFile)('unshare', command);
  return JSON.parse(stdout);
}
