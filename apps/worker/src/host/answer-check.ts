import type { Worker } from '../worker.ts';

/** Checks this host where an admin asked for it. A failure is tried again at the next heartbeat. */
export async function answerCheck({ selfCheck, log }: Worker): Promise<void> {
  await selfCheck
    .answer()
    .catch((error: unknown) => log.warn({ err: error }, 'a request for a check was not read'));
}
