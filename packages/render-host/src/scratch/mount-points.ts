import { readFile } from 'node:fs/promises';

/**
 * Every place where something is mounted, as far as this system tells (Linux). A device number alone does not show a folder that was
 * bound in from elsewhere on the same disk.
 */
export async function readMountPoints(): Promise<Set<string>> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return new Set(parseMountPoints(text));
}

/** The fifth field of each line, with the kernel's octal escapes (blank, tab, newline, backslash) undone. */
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
