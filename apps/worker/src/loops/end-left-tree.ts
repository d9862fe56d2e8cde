import { compareHosts, describeHost, type HostStopReport, provesEnd } from '@renderdeck/domain';
import type { Orphan } from '@renderdeck/operations';
import { nowMs, readUptime, stopProcessTree } from '@renderdeck/render-host';
import { readAttemptHost, readTreeRecord } from '../attempt/read-tree-record.ts';
import type { WorkerConfig } from '../config.ts';
import type { Worker } from '../worker.ts';

/** The facts by which the processes of an attempt are found that an earlier daemon left. */
export type LeftTree = Pick<
  Orphan,
  'id' | 'hostId' | 'hostIdentity' | 'treeMarker' | 'tree' | 'sinceHeardMs'
>;
type EndedTree =
  | { readonly kind: 'ended'; readonly stopReport: HostStopReport; deadMsAgo(): number }
  /** Some processes are left. */
  | { readonly kind: 'survives'; readonly stopReport: HostStopReport }
  /** Its processes are not visible here: only its own host can prove its end. */
  | { readonly kind: 'elsewhere'; readonly reason: string }
  | { readonly kind: 'failed' };

/** Ends the tree of an attempt that an earlier daemon left. Each result but `ended` is logged. */
export async function endLeftTree(
  {
    context,
    config,
    log,
  }: Pick<Worker, 'context' | 'log'> & {
    readonly config: Pick<WorkerConfig, 'endStrays'>;
  },
  left: LeftTree,
): Promise<EndedTree> {
  const attempt = left.id;
  const ranOn = readAttemptHost(left);
  const times = { uptimeMs: readUptime(), sinceHeardMs: left.sinceHeardMs };
  const { relation, sentence } = compareHosts(ranOn, context.identity, times);
  if (relation !== 'same' && relation !== 'rebooted') {
    const why = `it ran on ${describeHost(ranOn)}. ${sentence}`;
    log.error({ attempt, relation, why }, 'the end of an attempt cannot be proven here');
    return { kind: 'elsewhere', reason: `${context.host} cannot prove its end: ${why}` };
  }
  const record = readTreeRecord(left, context.identity);
  const hostRebooted = relation === 'rebooted';
  const options = { graceMs: 0, hostRebooted, endStrays: config.endStrays };
  const stopReport = await stopProcessTree(record, options).catch((error: unknown) => {
    // When the search for one orphan fails, the other orphans must still be ended.
    log.error({ err: error, attempt }, 'an orphan could not be searched for');
    return null;
  });
  if (stopReport === null) return { kind: 'failed' };
  const provenAt = nowMs();
  if (provesEnd(stopReport)) {
    const isRebooted = stopReport.proof === 'rebooted';
    const deadMsAgo = () => (isRebooted ? readUptime() : nowMs() - provenAt);
    return { kind: 'ended', stopReport, deadMsAgo };
  }
  log.error({ attempt, survivors: stopReport.survivors }, 'an orphan survives, trying again');
  return { kind: 'survives', stopReport };
}
