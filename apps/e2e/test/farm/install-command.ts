import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programCommand } from '@renderdeck/testing/program-command';

/** Writes the command `renderdeck` into the folder `bin`. It runs only this command of it. */
export async function installCommand(bin: string, name: string, entry: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  const program = (await programCommand(entry)).map((part) => `'${part}'`).join(' ');
  await installScript(bin, 'renderdeck', `test "$1" = ${name} && shift && exec ${program} "$@"`);
}

/** Writes a shell script into the folder `bin`, which exists. */
export async function installScript(bin: string, name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}
