import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ContainerKind } from '@renderdeck/domain';
import type { RenderUser } from '../../../src/process/render-user.ts';
import {
  type ProcessTree,
  type StartOptions,
  startProcessTree,
} from '../../../src/process/start-process-tree.ts';
import type { HostileProgram } from '../../../src/self-test/hostile-programs.ts';
import { waitUntil } from '../../../testing/wait-until.ts';

const MODULE = fileURLToPath(new URL('../../../src/self-test/run-program.mjs', import.meta.url));

/** Starts the program in its own tree. Resolves when the program prints `ready`. */
export async function startHostileProgram(
  { command, args }: HostileProgram,
  container?: ContainerKind,
  user: RenderUser | null = null,
  onText: (text: string) => void = () => {},
): Promise<ProcessTree> {
  let output = '';
  const tree = await startProcessTree({
    ...aTreeToStart(),
    user,
    ...(container === undefined ? {} : { container }),
    onOutput(_stream, chunk) {
      output += chunk.toString();
      onText(chunk.toString());
    },
  });
  tree.go({ command, args });
  await waitUntil(`the program is ready; it has printed: ${output}`, () =>
    output.includes('ready\n'),
  );
  return tree;
}

/** Valid options for a tree that runs the program in a message. */
export function aTreeToStart(): StartOptions {
  return {
    attemptId: randomUUID(),
    treeMarker: randomUUID(),
    owner: 'hostile-programs',
    modulePath: MODULE,
    title: 'nexrender',
    env: { PATH: process.env.PATH },
    cwd: tmpdir(),
    onMessage() {},
    onOutput() {},
  };
}
