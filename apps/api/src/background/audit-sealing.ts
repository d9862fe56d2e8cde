import { sealAudit, writeRefusalCounts } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';

/** Audit lines that are written within this time are sealed together. */
const SEAL_AFTER_MS = 50;
/** How often this server seals the audit lines that other programs wrote. */
const SEAL_EVERY_MS = 5000;

export type AuditSealing = {
  /** Starts a seal soon, because an action of this server may have written an audit line. */
  sealSoon(): void;
  /** Makes a running seal stop after its batch. */
  finish(): void;
  /** Ends the periodic seals. If the database answers, seals one last batch. */
  stop(databaseAnswers: boolean): Promise<void>;
};

/** Seals audit lines in the background. operations/audit/seal-audit.ts describes the steps. */
export function startAuditSealing(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): AuditSealing {
  let soon: NodeJS.Timeout | null = null;
  let finishing = false;
  const onError = logFailure('audit lines were not sealed');
  const seal = coalesce(async () => {
    soon = null;
    await writeRefusalCounts({ db }).catch(logFailure('refusals were not written'));
    await sealAudit({ db }, { mayGoOn: () => !finishing });
  }, onError);
  const timer = setInterval(seal, SEAL_EVERY_MS);
  return {
    sealSoon() {
      soon ??= setTimeout(seal, SEAL_AFTER_MS);
    },
    finish() {
      finishing = true;
    },
    async stop(databaseAnswers) {
      clearInterval(timer);
      if (soon !== null) clearTimeout(soon);
      if (databaseAnswers) await sealAudit({ db }, { mayGoOn: () => false }).catch(onError);
    },
  };
}
