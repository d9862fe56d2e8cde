import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Debian's package wine64 puts no program in the PATH. */
const FOLDER = '/usr/lib/wine';
export const WINE = join(FOLDER, 'wine64');
export const WINESERVER = join(FOLDER, 'wineserver64');
export const COMPILER = '/usr/bin/x86_64-w64-mingw32-gcc';

/** Why Windows cannot run here, as a sentence; null where it can. */
export const wineMissing: string | null = [WINE, WINESERVER, COMPILER].every((path) =>
  existsSync(path),
)
  ? null
  : 'Wine is missing (Debian: apt-get install wine64 gcc-mingw-w64-x86-64-win32)';

/** The prepared machines. A changed version prepares a new one. Removed with node_modules. */
export const CACHE = fileURLToPath(
  new URL('../../../node_modules/.cache/renderdeck-wine', import.meta.url),
);

/** The environment of each Wine program. It contains nothing of the test's own environment. */
export function wineEnvironment(machine: string): Record<string, string> {
  const { PATH = '', RENDERDECK_TEST_RUN } = process.env;
  return {
    PATH,
    // Without this, a file name with letters other than ASCII cannot be created.
    LC_ALL: 'C.UTF-8',
    // Wine links folders of the home folder into the machine, so the home must be empty.
    HOME: join(machine, 'home'),
    XDG_RUNTIME_DIR: join(machine, 'run'),
    WINEPREFIX: join(machine, 'prefix'),
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml=d;winemenubuilder.exe=d',
    ...(RENDERDECK_TEST_RUN === undefined ? {} : { RENDERDECK_TEST_RUN }),
  };
}
