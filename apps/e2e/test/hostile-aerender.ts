import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { waitFor } from '@renderdeck/testing/wait-for';

/** A program that is hard to stop. It prints `ready` and keeps the render's output pipe open. */
export type Hostile = { command: string; args: string[] };

/**
 * Installs an aerender in `folder`. It starts a hostile program in the render's tree, makes files
 * that are hard to delete in the render's temporary folder, and then behaves like the stand-in. One
 * of these files is a link to the folder of `kept`, a file that must not be deleted.
 */
export async function installHostileAerender(folder: string) {
  const { aerender } = await installStandIn(folder);
  const standIn = await readFile(aerender, 'utf8');
  const [shebang = ''] = standIn.split('\n');
  const paths = {
    hostile: join(folder, 'hostile.json'),
    said: join(folder, 'said'),
    kept: join(folder, 'kept'),
  };
  await writeFile(paths.kept, 'kept');
  await writeFile(
    aerender,
    standIn.replace(
      shebang,
      `${shebang}
const { spawn } = require('node:child_process');
const fs = require('node:fs');
if (process.argv.includes('-project')) {
  const temp = process.env.TMPDIR;
  fs.mkdirSync(temp + '/locked/below', { recursive: true });
  fs.writeFileSync(temp + '/locked/below/file', 'x');
  fs.chmodSync(temp + '/locked', 0o500);
  fs.symlinkSync(${JSON.stringify(folder)}, temp + '/elsewhere');
  const { command, args } = JSON.parse(fs.readFileSync(${JSON.stringify(paths.hostile)}, 'utf8'));
  const said = fs.openSync(${JSON.stringify(paths.said)}, 'a');
  spawn(command, args, { stdio: ['ignore', said, 'inherit'] });
}`,
    ),
  );
  return {
    aerender,
    readKept: () => readFile(paths.kept, 'utf8'),
    /** Sets the program that the next render starts. */
    async prepare({ command, args }: Hostile): Promise<void> {
      await writeFile(paths.said, '');
      await writeFile(paths.hostile, JSON.stringify({ command, args }));
    },
    untilReady: () =>
      waitFor(async () => (await readFile(paths.said, 'utf8')).includes('ready\n'), {
        what: 'the hostile program to be ready',
        withinMs: 60_000,
      }),
  };
}
