/*
 * The questions of the preparation of a host to its system. An answer is null when the system does
 * not say. Tests use an object that answers as another system would.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { asOwnUser } from '../process/looks.ts';
import { runProgram } from '../process/run-program.ts';
import { readEnvironment } from './config.ts';
import { loadWindows, type Windows } from './windows.ts';

export type System = {
  readonly platform: 'win32' | 'darwin' | 'linux';
  /** The user that runs this command, and that user's home folder. */
  readonly user: string;
  readonly home: string;
  readVariable(name: string): string | null;
  readBytes(path: string): Promise<Buffer | null>;
  listNames(folder: string): Promise<readonly string[] | null>;
  /** Creates an empty file with its folders. Throws when that fails. */
  createFile(path: string): Promise<void>;
  /** Runs a program of the system. Returns its output. */
  run(program: string, args: readonly string[]): Promise<string | null>;
  /** Null on all other systems. */
  readonly windows: Windows | null;
};

const PROGRAM_WITHIN_MS = 20_000;
const FILE_WITHIN_MS = 20_000;

/** The system of this host. */
export function openSystem(): System {
  const { platform } = process;
  if (platform !== 'win32' && platform !== 'darwin' && platform !== 'linux')
    throw new Error(`A render host runs Windows, macOS or Linux, not ${platform}.`);
  return {
    platform,
    user: userInfo().username,
    home: homedir(),
    readVariable: (name) => readEnvironment()[name] ?? null,
    async readBytes(path) {
      const bytes = await asOwnUser.ask('readBytes', [path], FILE_WITHIN_MS).catch(() => null);
      return bytes === null ? null : Buffer.from(bytes);
    },
    listNames: (folder) => asOwnUser.ask('listNames', [folder], FILE_WITHIN_MS).catch(() => null),
    async createFile(path) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '', { flag: 'a' });
    },
    run: (program, args) => runProgram(program, args, PROGRAM_WITHIN_MS),
    windows: platform === 'win32' ? loadWindows() : null,
  };
}
