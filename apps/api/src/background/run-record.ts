import { BEAT_EVERY_MS, endApiRun, saveApiBeat } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';
import { shareCalls } from '../share-calls.ts';

export type RunRecord = {
  /**
   * Writes that this process runs, as each beat does. Rejects if the database did not commit it.
   */
  save(): Promise<void>;
  /** Ends the beats. If the database answers, records that this run ended. */
  stop(databaseAnswers: boolean): Promise<void>;
};

/**
 * Records in the database when this process runs, so that the audit log can say in which times no
 * server ran. The first beat is written before the server answers any request.
 */
export async function startRunRecord(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): Promise<RunRecord> {
  const onError = logFailure('the run of this server was not recorded');
  let run: bigint | null = null;
  let ended = false;
  // Two calls at once would begin two runs if there is none yet.
  const save = shareCalls(async () => {
    if (!ended) run = await saveApiBeat(db, run);
  });
  await save().catch(onError);
  const beat = coalesce(save, onError);
  const timer = setInterval(beat, BEAT_EVERY_MS);
  return {
    save,
    async stop(databaseAnswers) {
      clearInterval(timer);
      ended = true;
      if (databaseAnswers && run !== null) await endApiRun(db, run).catch(onError);
    },
  };
}
