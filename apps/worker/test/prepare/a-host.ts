import { win32 } from 'node:path';
import type { System } from '@renderdeck/render-host';
import type { Preparing } from '../../src/commands/prepare/preparing.ts';
import { workerConfig } from '../../src/config.ts';

type Windows = NonNullable<System['windows']>;
type Numbers = Readonly<Record<string, number>>;

/** The answers of the system in a test. A key of the registry is `HKLM\…\value`. */
export type Answers = {
  readonly platform?: System['platform'];
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** By the program and its arguments, joined by blanks. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly numbers?: Numbers;
  /** For each key, the names of its values. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly isReadOnly?: boolean;
  readonly isDryRun?: boolean;
  readonly isRenderOnly?: boolean;
  readonly env?: Readonly<Record<string, string>>;
} & Partial<Omit<Windows, 'registry'>>;

/** A host whose system gives these answers, and the numbers written into its registry. */
export function aHost(
  answers: Answers = {},
): Preparing & { readonly written: Numbers; readonly created: string[] } {
  const written: Record<string, number> = {};
  const read = workerConfig({
    DATABASE_URL: 'postgres://localhost/none',
    RENDERDECK_SCRATCH_ROOT: '/scratch',
    ...answers.env,
  });
  if (!read.ok) throw new Error(read.sentences.join(' '));
  const created: string[] = [];
  const system = aSystem(answers, written, created);
  const isDryRun = answers.isDryRun ?? false;
  const isRenderOnly = answers.isRenderOnly ?? false;
  const { config } = read;
  return { config, system, renderUser: null, isDryRun, isRenderOnly, written, created };
}

function aSystem(answers: Answers, written: Record<string, number>, created: string[]): System {
  const { platform = 'win32', files = {} } = answers;
  const separator = platform === 'win32' ? '\\' : '/';
  return {
    platform,
    user: 'render',
    home: platform === 'win32' ? 'C:\\Users\\render' : '/Users/render',
    readVariable: (name) => answers.variables?.[name] ?? null,
    readBytes: async (path) => (path in files ? Buffer.from(files[path] ?? '', 'latin1') : null),
    async listNames(folder) {
      const below = Object.keys(files).filter((path) => path.startsWith(folder + separator));
      const names = below.map((path) => path.slice(folder.length + 1).split(separator)[0] ?? '');
      return names.length === 0 ? null : [...new Set(names)];
    },
    createFile: async (path) => void created.push(path),
    run: async (program, args) => answers.programs?.[[program, ...args].join(' ')] ?? null,
    windows: platform === 'win32' ? aWindows(answers, written) : null,
  };
}

function aWindows(answers: Answers, written: Record<string, number>): Windows {
  const { texts, numbers, names, isReadOnly = false, ...calls } = answers;
  const at = (hive: string, key: string, name: string) => win32.join(hive, key, name);
  return {
    readSession: () => 1,
    readConsoleSession: () => 1,
    isAdministrator: () => true,
    readSleepMinutes: () => 0,
    isMappedDrive: () => false,
    ...calls,
    registry: {
      readText: (...value) => texts?.[at(...value)] ?? null,
      readNumber: (...value) => written[at(...value)] ?? numbers?.[at(...value)] ?? null,
      listNames: (hive, key) => names?.[win32.join(hive, key)] ?? null,
      writeNumber(hive, key, name, value) {
        if (!isReadOnly) written[at(hive, key, name)] = value;
        return !isReadOnly;
      },
    },
  };
}
