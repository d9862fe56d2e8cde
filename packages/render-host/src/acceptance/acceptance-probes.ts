import { ESCAPE_PROBES } from './escape-probes.ts';
import { FILE_PROBES } from './file-probes.ts';
import { HOST_PROBES } from './host-probes.ts';
import { JOB_PROBES } from './job-probes.ts';
import type { Probe } from './probe.ts';
import { PROCESS_PROBES } from './process-probes.ts';

/** Everything that a host is asked without a render. */
export const ACCEPTANCE_PROBES: readonly Probe[] = [
  ...JOB_PROBES,
  ...PROCESS_PROBES,
  ...HOST_PROBES,
  ...FILE_PROBES,
  ...ESCAPE_PROBES,
];
