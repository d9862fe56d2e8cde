import { spawnSync } from 'node:child_process';
import { constants, readdirSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { copyTo, type FarmUnderTest, type Submitted } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';

export type Pipes = {
  /** The action for `prerender`. For each attempt it makes a pipe, which `input` reads. */
  readonly action: { readonly module: string; readonly pipe: string };
  /** The input of a copy. It gets the bytes that the test writes, and ends at `close`. */
  readonly input: string;
  /** Resolves when the copy of this attempt has opened its pipe. */
  open(attempt: number): Promise<{ write(bytes: Buffer): Promise<void>; close(): Promise<void> }>;
};

/**
 * Writes an action module that makes pipes as inputs of copies. So a test decides which bytes a
 * copy gets and when. A large copy then needs no large render.
 */
export async function writePipeAction(
  folder: string,
): Promise<{ readonly module: string; pipes(): Pipes }> {
  const module = join(folder, 'pipe.cjs');
  await writeFile(
    module,
    `const fs = require('node:fs');
const path = require('node:path');
module.exports = async (job, settings, { pipe }) => {
  let number = 1;
  while (fs.existsSync(pipe + '-' + number)) number += 1;
  require('node:child_process').execFileSync('mkfifo', [pipe + '-' + number]);
  fs.symlinkSync(pipe + '-' + number, path.join(job.workpath, 'piped'));
  return job;
};
`,
  );
  let made = 0;
  return {
    module,
    pipes() {
      made += 1;
      const pipe = join(folder, `pipe-${made}`);
      return {
        action: { module, pipe },
        input: 'piped',
        async open(attempt) {
          const path = `${pipe}-${attempt}`;
          // A blocking open waits for the reader without a limit. With O_NONBLOCK it fails at once.
          const look = await waitFor(() => open(path, constants.O_WRONLY | constants.O_NONBLOCK), {
            what: `attempt ${attempt} to read its pipe`,
            withinMs: 60_000,
          });
          const file = await open(path, 'w');
          await look.close();
          return {
            // A copy that was ended no longer reads.
            write: (bytes) => file.writeFile(bytes).catch(() => undefined),
            close: () => file.close(),
          };
        },
      };
    },
  };
}

/** Submits a job whose copy gets the bytes that the test writes. */
export const submitPiped = (farm: FarmUnderTest, { action, input }: Pipes) =>
  farm.submit({
    actions: (output) => ({ prerender: [action], postrender: [copyTo(output, input)] }),
  });

/** Lists the names in the job's output folder that belong to its output. */
export const namesOf = ({ output }: Pick<Submitted, 'output'>) =>
  readdirSync(dirname(output)).filter((name) => name.includes(basename(output)));

/** Freezes the processes of a host. They keep their state and do nothing until `thaw`. */
export function freeze(pids: readonly number[]): { thaw(): void } {
  // A process that was killed in the meantime needs no signal.
  const send = (signal: string) =>
    spawnSync('kill', [`-${signal}`, ...pids.map(String)], { stdio: 'ignore' });
  send('STOP');
  return { thaw: () => void send('CONT') };
}
