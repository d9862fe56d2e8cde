/*
 * How the results of a person's commands on this host become visible to everybody:
 *
 * 1. The command writes its result to a file in the host's folder, whatever the database answers.
 * 2. It saves the result in the database, if the database answers and knows this host.
 * 3. Each registration of the daemon sends the results in the files. So a result from before the
 *    first start, or from an outage of the database, is stored at the next start.
 */
import { HOST_REPORT, type HostReport } from '@renderdeck/domain';
import { recordHostReport } from '@renderdeck/operations';
import { findHostId, openHostFile } from '@renderdeck/render-host';
import type { Store } from '@renderdeck/store/connect';
import type { WorkerConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';
import { zodOf } from '../zod-of.ts';

export type ReportKind = 'preparation' | 'killTest';

const FILES = {
  preparation: 'preparation.json',
  killTest: 'kill-test.json',
} as const satisfies Record<ReportKind, string>;
const stored = zodOf(HOST_REPORT);

/** The results in the files; null for a file that is missing or damaged. */
export async function readHostReports(
  scratchRoot: string,
): Promise<Record<ReportKind, HostReport | null>> {
  const read = async (kind: ReportKind) => {
    const file = await openHostFile(scratchRoot, FILES[kind]);
    return stored.safeParse(await file.read()).data ?? null;
  };
  return { preparation: await read('preparation'), killTest: await read('killTest') };
}

/** Writes a report to its file and saves it. Returns a sentence that says where it is shown. */
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
