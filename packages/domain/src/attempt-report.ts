import type { HostIdentity } from './host-identity.ts';
import type { Output, StopRequest } from './job.ts';
import type { Publications } from './publication.ts';
import type { RemovalReport } from './removal-report.ts';
import type { StopReport } from './stop-report.ts';

/** How an attempt ended, as its host reports it. */
export type AttemptReportEnd =
  /** An admin cancelled the job. `afterMs`: time from the request until the host received it. */
  | { readonly kind: 'stopped'; readonly request: StopRequest; readonly afterMs: number | null }
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly failure: string }
  /**
   * The host cannot render and gave the job back. `killed`: a sentence if the system or another
   * program ended a program of the render.
   */
  | { readonly kind: 'hostFailed'; readonly why: string; readonly killed: string | null }
  /** The daemon shut down and gave the job back. */
  | { readonly kind: 'released'; readonly why: string }
  /** The host had already lost the job when the attempt ended. */
  | { readonly kind: 'lost' };

/**
 * What a host reports of one attempt. The host keeps the report in its journal and sends it again
 * to a database that may have lost it, so the report has every fact that a database needs to add
 * the attempt. The last report is made after the end of the processes was proven. An earlier report
 * has a stop report without a proof; it is used only if the daemon of the attempt dies.
 */
export type AttemptReport = {
  readonly jobId: string;
  readonly attemptId: string;
  readonly number: number;
  readonly host: string;
  readonly identity: HostIdentity;
  readonly workerId: string;
  readonly treeMarker: string;
  readonly end: AttemptReportEnd;
  readonly output: Output;
  /**
   * What the attempt put out, as its host knows. In a report that proves the end the host has
   * looked, and the database takes these over. Null if the host does not know, and in reports of
   * older versions.
   */
  readonly publications: Publications | null;
  /** Whether a process of the attempt got a signal before the end. */
  readonly signalled: boolean;
  readonly stopReport: StopReport;
  readonly removalReport: RemovalReport | null;
  /** Time from the claim to the end of the last process, by the host's steady clock. */
  readonly ranMs: number;
  /** The time when no process was left, by the host's clock. */
  readonly deadAt: string;
};
