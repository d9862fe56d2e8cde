import { readFile } from 'node:fs/promises';

/**
 * All mount points, where the system lists them (Linux). A device number is not enough: it does not
 * show a bind mount of a folder on the same disk.
 */
export async function readMountPoints(): Promise<Set<string>> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return new Set(parseMountPoints(text));
}

/** The fifth field of each line, with the kernel's octal escapes (blank, tab …) decoded. */
export function parseMountPoints(mountInfo: string): string[] {
  return mountInfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((field) => field !== undefined)
    .map((field) =>
      field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    );
}
