import { readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The library that changes the wall clock of a program; null if it is not installed. */
export function findFakeTime(): string | null {
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime'));
  const found = folders.flatMap((folder) => {
    try {
      return readdirSync(folder)
        .filter((name) => name === 'libfaketimeMT.so.1')
        .map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
  return found[0] ?? null;
}

/** The variables with which a program takes its wall clock from this file. */
export function clockEnvironment(file: string): Readonly<Record<string, string>> {
  return {
    LD_PRELOAD: findFakeTime() ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DISABLE_SHM: '1',
    NO_FAKE_STAT: '1',
  };
}

/** Sets the clock of the file this many seconds after the true time, or before it. */
export async function setClock(file: string, seconds: number): Promise<void> {
  await writeFile(`${file}.next`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  await rename(`${file}.next`, file);
}
