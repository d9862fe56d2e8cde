import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Whether this user may mount; asked in a namespace of its own, so that nothing shows outside. */
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

/** Runs a program of these tests with mounts that end with it, however it ends; what it prints is JSON. */
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
