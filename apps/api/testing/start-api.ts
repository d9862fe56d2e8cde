import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { programCommand } from '@renderdeck/testing/program-command';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export type Exit = { readonly code: number | null; readonly signal: string | null };

/** The command that starts the API, and its folder. */
export type ApiProgram = {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
};

/**
 * Runs the API as a program of its own. Resolves when it listens or when it has ended. `given`
 * replaces the API of these sources.
 */
export async function startApi(env: Readonly<Record<string, string>>, given?: ApiProgram) {
  const { command, cwd } = given ?? {
    command: await programCommand('apps/api/src/main.ts'),
    cwd: ROOT,
  };
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: {
      ...process.env,
      RENDERDECK_SESSION_SECRET: 'the secret of one API process alone',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const listening = new Promise<{ listening: string; madeAdmin: string | null }>((resolve) => {
    child.on('message', (message) => {
      if (typeof message !== 'object' || message === null || !('listening' in message)) return;
      resolve({
        listening: String(message.listening),
        madeAdmin:
          'madeAdmin' in message && message.madeAdmin !== null ? String(message.madeAdmin) : null,
      });
    });
  });
  const first = await Promise.race([listening, exited]);
  const url = 'listening' in first ? first.listening : '';
  return {
    url,
    madeAdmin: 'listening' in first ? first.madeAdmin : null,
    exited,
    pid: child.pid ?? 0,
    ask: makeAsk(url),
    /** Stops the process for a while (SIGSTOP), or lets it go on (SIGCONT). */
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    /** All output so far, the log included. */
    said: () => text,
    async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
      child.kill(signal);
      return await exited;
    },
  };
}

/** Sends a request with this token. Gives the answer as text. */
function makeAsk(url: string) {
  return async (token: string, method: string, path: string, body?: unknown) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...type },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
}
