import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@renderdeck/testing';
import { execaNode } from 'execa';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

export type Run = ReturnType<typeof runStandalone>;

/** A command of the farm as its user runs it, in this checkout or in another one; HOME is empty. */
export function runStandalone(
  command: 'start' | 'demo' | 'tour',
  env: Readonly<Record<string, string>>,
  checkout = CHECKOUT,
) {
  const child = execaNode(join(checkout, 'apps/standalone/src/main.ts'), [command], {
    cwd: checkout,
    nodeOptions: ['--import', 'tsx'],
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
    /** The address, once the farm is ready. */
    async ready(withinMs = 60_000): Promise<string> {
      const address = waitFor(
        () => /Ctrl-C stops everything/.test(output) && /ready: (\S+)/.exec(output)?.[1],
        { withinMs },
      );
      const ended = child.then(() => Promise.reject(new Error('It ended.')));
      return await Promise.race([address, ended]).catch((cause) => {
        throw new Error(`The ${command} is not ready; it says: ${output}`, { cause });
      });
    },
    /** Its exit code after the signal. */
    async end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL') {
      child.kill(signal);
      return (await child).exitCode;
    },
  };
}
