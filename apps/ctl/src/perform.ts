import type { Api } from '@renderdeck/client';
import type { Environment } from '@renderdeck/settings';
import { ctlConfig } from './config.ts';
import { connect } from './connect.ts';
import { explainFailure } from './explain-failure.ts';
import { plain } from './print-table.ts';

/** What the command line has of the world. */
export type Io = {
  readonly env: Environment;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  print(text: string): void;
  complain(text: string): void;
};

/** What a command has to say: lines for people, the API's own answer for programs, and what is not well though it was answered. */
export type Answer = {
  readonly lines: readonly string[];
  readonly json: unknown;
  readonly problem?: string | null;
};

/** Runs one command: signs in, does it, prints the answer or the refusal, signs out. */
export type Perform = (
  options: { json?: boolean },
  act: (api: Api, url: string) => Promise<Answer>,
) => Promise<void>;

export const EXIT = { done: 0, refused: 1, usage: 2 } as const;

/** A performer, and how its last command ended. */
export function performer(io: Io): { perform: Perform; exitCode(): number } {
  let exitCode: number = EXIT.done;
  const refuse = (code: number, text: string) => {
    exitCode = code;
    io.complain(`ctl: ${plain(text)}\n`);
  };
  return {
    exitCode: () => exitCode,
    async perform({ json = false }, act) {
      const read = ctlConfig(io.env);
      if (!read.ok) return refuse(EXIT.usage, read.sentence);
      const { url } = read.config;
      try {
        const { api, close } = await connect(read.config);
        try {
          const { lines, json: answer, problem = null } = await act(api, url);
          io.print(
            json
              ? `${JSON.stringify(answer, null, 2)}\n`
              : lines.map((line) => `${plain(line)}\n`).join(''),
          );
          if (problem !== null) refuse(EXIT.refused, problem);
        } finally {
          await close();
        }
      } catch (error) {
        refuse(EXIT.refused, explainFailure(error, url));
      }
    },
  };
}
