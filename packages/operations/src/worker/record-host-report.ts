import type { HostReport } from '@renderdeck/domain';
import { saveHostReport } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/**
 * Saves what a command of this host found, beside the daemon that may run there. Not saved where
 * the name is unknown or another host's: the daemon brings it when it registers.
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
