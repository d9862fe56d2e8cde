import type { HostIdentity } from './host-identity.ts';
import type { Output, StopRequest } from './job.ts';
import type { RemovalReport } from './removal-report.ts';
import type { StopReport } from './stop-report.ts';

/** How an attempt ended, as its host knows it. */
export type AttemptReportEnd =
  /**
   * An admin's cancel ended it: the request, which the host received `afterMs` after it was made.
   */
  | { readonly kind: 'stopped'; readonly request: StopRequest; readonly afterMs: number | null }
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly failure: string }
  /**
   * The host cannot render and gave the job back. `killed`: the system or another program ended a
   * program of the render, as a sentence.
   */
  | { readonly kind: 'hostFailed'; readonly why: string; readonly killed: string | null }
  /** The daemon shut down and gave the job back. */
  | { readonly kind: 'released'; readonly why: string }
  /** The host had lost the job before. */
  | { readonly kind: 'lost' };

/**
 * What a host tells of one attempt. It keeps it in its journal and sends it again to a database
 * that may have lost it. So it has all that a database needs that knows nothing of the attempt. The
 * last report comes after the processes were proven gone. An earlier one has a stop report without
 * a proof, and counts only where the daemon of the attempt dies.
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
  /** Whether one of its processes got a signal before the end. */
  readonly signalled: boolean;
  readonly stopReport: StopReport;
  readonly removalReport: RemovalReport | null;
  /** From its claim to the end of its last process, by the host's steady clock. */
  readonly ranMs: number;
  /** When no process was left, by the host's clock. */
  readonly deadAt: string;
};
