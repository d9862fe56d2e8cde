import { setTimeout as delay } from 'node:timers/promises';
import { JOINING_NAME } from '@renderdeck/domain';
import { z } from 'zod';
import { errorMessage } from '../../error-message.ts';

export type JoinRequest = {
  readonly token: string;
  readonly name?: string | undefined;
  readonly verifier: string;
};

/** The name becomes part of the paths of files that root writes. */
export const joinAnswerSchema = z.object({
  host: z.string().regex(JOINING_NAME),
  login: z.string(),
  database: z.object({ url: z.string(), rootCertificate: z.string().nullable() }),
  invitedBy: z.string(),
});
export type JoinAnswer = z.infer<typeof joinAnswerSchema>;
const problemSchema = z.object({ code: z.string(), detail: z.string() });

type Asked =
  | { readonly answer: JoinAnswer }
  /** `isFinal`: the API has refused, so nothing was made for this token and this password. */
  | { readonly problem: string; readonly isFinal: boolean };

const TRIES = 5;
const PAUSE_MS = 2000;
const WITHIN_MS = 30_000;

/**
 * Asks the API for the login. If no answer comes, or the API cannot answer now, it asks again, and
 * gets the same login.
 */
export async function askToJoin(
  url: string,
  request: JoinRequest,
  print: (line: string) => void,
): Promise<Asked> {
  const address = `${url.replace(/\/+$/, '')}/api/join`;
  for (let tries = 1; ; tries += 1) {
    const asked = await askOnce(address, request);
    if ('answer' in asked || asked.isFinal || tries === TRIES) return asked;
    print(`${asked.problem} Asking again.`);
    await delay(PAUSE_MS * tries);
  }
}

async function askOnce(address: string, request: JoinRequest): Promise<Asked> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      // A token goes to no other address than that of the command.
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const body: unknown = await response.json().catch(() => null);
    const answer = response.ok ? joinAnswerSchema.safeParse(body).data : undefined;
    if (answer !== undefined) return { answer };
    const refused = problemSchema.safeParse(body).data;
    if (refused === undefined)
      return { problem: `${address} is not the API of Renderdeck.`, isFinal: false };
    const { status } = response;
    return { problem: refused.detail, isFinal: status < 500 && status !== 429 };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { problem: `${address} does not answer: ${errorMessage(cause)}.`, isFinal: false };
  }
}
