import { systemdUnit } from '@renderdeck/render-host/install';

export type WorkerUnitFacts = {
  readonly host: string | null;
  readonly user: string;
  readonly folder: string;
  readonly command: readonly string[];
  /** The settings file; null: the program finds it beside itself. */
  readonly settings: string | null;
};

/** The unit of a worker on Linux. docs/hosts/linux.md gives the reason of each line. */
export function workerUnit({ host, settings, ...facts }: WorkerUnitFacts): string {
  return systemdUnit({
    ...facts,
    description: `Renderdeck worker${host === null ? '' : ` ${host}`}`,
    ...(settings === null ? {} : { environment: { RENDERDECK_SETTINGS_FILE: settings } }),
    ofUnit: [
      '# The database may be away for long, so systemd must never give up.',
      'StartLimitIntervalSec=0',
    ],
    ofService: [
      '# Not after an end in order, for example by `worker stop`.',
      'Restart=on-failure',
      'RestartSec=2',
      '# The worker makes a cgroup for each render below that of this unit, so the kernel proves',
      '# its end.',
      'Delegate=yes',
      '# Only the worker gets SIGTERM. It ends its renders, within RENDERDECK_DRAIN_LIMIT_MS.',
      'KillMode=mixed',
      'TimeoutStopSec=90',
    ],
  });
}
