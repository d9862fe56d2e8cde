import type { HostReport } from '@renderdeck/domain';
import { saveHostReport } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/**
 * Saves what a command on this host found, even while a daemon runs there. It is not saved if the
 * name is unknown or belongs to another host; the daemon sends it when it registers.
 */
export async function recordHostReport(
  { db, host }: Pick<WorkerContext, 'db' | 'host'>,
  input: {
    readonly hostId: string;
    readonly kind: 'preparation' | 'killTest';
    readonly report: HostReport;
  },
): Promise<{ readonly saved: boolean }> {
  return { saved: await saveHostReport(db, { host, ...input }) };
}
