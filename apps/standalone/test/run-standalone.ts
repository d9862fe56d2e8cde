import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@renderdeck/testing';
import { programCommand } from '@renderdeck/testing/program-command';
import { execa } from 'execa';

/** The path of this checkout. */
export const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = 'apps/standalone/src/main.ts';
const bundled = await programCommand(MAIN);

export type Run = ReturnType<typeof runStandalone>;

/**
 * Runs a command of the farm with an empty HOME. If a checkout is named, the command runs from its
 * sources, as a user runs it.
 */
export function runStandalone(
  command: 'start' | 'demo' | 'tour',
  env: Readonly<Record<string, string>>,
  checkout?: string,
  options: readonly string[] = [],
) {
  const [node, ...args] =
    checkout === undefined ? bundled : [process.execPath, '--import', 'tsx', join(checkout, MAIN)];
  const child = execa(node, [...args, command, ...options], {
    cwd: checkout ?? CHECKOUT,
    env: { DATABASE_URL: '', HOME: '', PORT: '0', RENDERDECK_LOG_LEVEL: 'warn', ...env },
    reject: false,
    all: true,
  });
  let output = '';
  child.all.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    child,
    output: () => output,
    /** Resolves with the address when the farm is ready. */
    async ready(withinMs = 240_000): Promise<string> {
      const address = waitFor(
        () => /Ctrl-C stops everything/.test(output) && /ready: (\S+)/.exec(output)?.[1],
        { withinMs },
      );
      const ended = child.then(() => Promise.reject(new Error('It ended.')));
      return await Promise.race([address, ended]).catch((cause) => {
        throw new Error(`The ${command} is not ready; it says: ${output}`, { cause });
      });
    },
    /** Sends the signal and returns the exit code. */
    async end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL') {
      child.kill(signal);
      return (await child).exitCode;
    },
  };
}
