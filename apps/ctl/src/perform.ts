import { type Api, createClient } from '@renderdeck/client';
import { visibleJson, visibleLine, visibleText } from '@renderdeck/contract';
import type { Environment } from '@renderdeck/settings';
import { type CtlConfig, ctlConfig } from './config.ts';
import { explainFailure } from './explain-failure.ts';

/** What the command line reads and writes. */
export type Io = {
  readonly env: Environment;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  print(text: string): void;
  /** Resolves when stdout accepts more; false when its reader is gone. */
  write(text: string): Promise<boolean>;
  printError(text: string): void;
};

/** The output of a command. */
export type Answer = {
  /** The lines for people. */
  readonly lines: readonly string[];
  /** The API's own answer, for programs. */
  readonly json: unknown;
  /** A problem although the API answered, for example a stop that is not proven. Goes to stderr. */
  readonly problem?: string | null;
  /** The exit code with a problem; default: 1. */
  readonly exitCode?: number;
};

/** Prints lines for people while the command still works. With `--json` it prints nothing. */
type PrintNow = (lines: readonly string[]) => void;

/** Runs one command: signs in, acts, prints the answer or the refusal, and signs out. */
export type Perform = (
  options: { json?: boolean },
  act: (api: Api, url: string, printNow: PrintNow) => Promise<Answer>,
) => Promise<void>;

export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  stopped: 3,
  notProven: 4,
  timedOut: 5,
} as const;

/** Runs commands and keeps the exit code of the last one. */
export function performer(io: Io): {
  perform: Perform;
  /** Prints why a command was not done, and keeps the exit code. */
  refuse(code: number, text: string): void;
  exitCode(): number;
} {
  let exitCode: number = EXIT.done;
  const refuse = (code: number, text: string) => {
    exitCode = code;
    io.printError(`ctl: ${visibleText(text)}\n`);
  };
  const print = (lines: readonly string[]) =>
    io.print(lines.map((line) => `${visibleLine(line)}\n`).join(''));
  return {
    refuse,
    exitCode: () => exitCode,
    async perform({ json = false }, act) {
      const read = ctlConfig(io.env);
      if (!read.ok) return refuse(EXIT.usage, read.sentence);
      const { url } = read.config;
      try {
        const { api, close } = await connect(read.config);
        let isAnswered = false;
        try {
          const {
            lines,
            json: answer,
            problem = null,
            exitCode: code = EXIT.refused,
          } = await act(api, url, json ? () => {} : print);
          if (json && answer !== undefined)
            io.print(`${visibleJson(JSON.stringify(answer, null, 2))}\n`);
          else print(lines);
          if (problem !== null) refuse(code, problem);
          isAnswered = true;
        } finally {
          // If the command failed too, its reason is reported, and not that of the sign-out.
          await close().catch((error: unknown) => {
            if (isAnswered) throw error;
          });
        }
      } catch (error) {
        refuse(EXIT.refused, explainFailure(error, url));
      }
    },
  };
}

/**
 * Signs in at the API with the token, or with a session for this run, which `close` ends. Throws if
 * the API refuses or no server answers.
 */
async function connect({
  url,
  credential,
}: CtlConfig): Promise<{ api: Api; close(): Promise<void> }> {
  if ('token' in credential) {
    const { api, close } = createClient({ url, token: credential.token });
    return { api, close };
  }
  const client = createClient({ url });
  await client.signIn(credential.username, credential.password);
  return {
    api: client.api,
    async close() {
      await client.signOut();
      await client.close();
    },
  };
}
