/*
 * What a person's commands found on this host, until everybody can see it:
 *
 * 1. The command keeps it in a file of the host's folder, whatever the database says.
 * 2. It saves it with the host in the database, where that answers and knows this host.
 * 3. Each registration of the daemon brings what the files hold. So a report that was made before
 *    the first start, or while the database was away, is stored at the next start.
 */
import type { HostReport } from '@renderdeck/domain';
import { recordHostReport } from '@renderdeck/operations';
import { findHostId, openHostFile } from '@renderdeck/render-host';
import type { Store } from '@renderdeck/store/connect';
import { z } from 'zod';
import type { WorkerConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';

export type ReportKind = 'preparation' | 'killTest';

const FILES = {
  preparation: 'preparation.json',
  killTest: 'kill-test.json',
} as const satisfies Record<ReportKind, string>;
const stored: z.ZodType<HostReport> = z.object({
  at: z.iso.datetime(),
  findings: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['ok', 'done', 'todo', 'unknown']),
      sentence: z.string(),
    }),
  ),
});

/** What the files hold; null where there is none, and where it is damaged. */
export async function readHostReports(
  scratchRoot: string,
): Promise<Record<ReportKind, HostReport | null>> {
  const read = async (kind: ReportKind) => {
    const file = await openHostFile(scratchRoot, FILES[kind]);
    return stored.safeParse(await file.read()).data ?? null;
  };
  return { preparation: await read('preparation'), killTest: await read('killTest') };
}

/** Keeps a report and saves it. Gives a sentence for people that says where it can be seen. */
export async function keepHostReport(
  { scratchRoot, name: host }: Pick<WorkerConfig, 'scratchRoot' | 'name'>,
  store: Store | null,
  kind: ReportKind,
  report: HostReport,
): Promise<string> {
  try {
    const file = await openHostFile(scratchRoot, FILES[kind]);
    await file.write(report);
  } catch (error) {
    return `This result could not be kept in ${scratchRoot}: ${errorMessage(error)}`;
  }
  const later = `The worker of ${host} shows this result on the host page once it has started`;
  if (store === null) return `${later}: the database does not answer now.`;
  try {
    const hostId = await findHostId(scratchRoot);
    const { saved } =
      hostId === null
        ? { saved: false }
        : await recordHostReport({ db: store.db, host }, { hostId, kind, report });
    return saved ? `The host page of ${host} shows this result.` : `${later} here.`;
  } catch (error) {
    return `${later}: ${errorMessage(error)}`;
  }
}
