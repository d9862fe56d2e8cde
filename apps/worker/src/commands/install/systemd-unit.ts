export type UnitFacts = {
  readonly host: string | null;
  readonly user: string;
  readonly folder: string;
  readonly command: readonly string[];
  /** The settings file; null: the program finds it beside itself. */
  readonly settings: string | null;
};

/** The unit of a worker on Linux. docs/hosts/linux.md gives the reason of each line. */
export function systemdUnit({ host, user, folder, command, settings }: UnitFacts): string {
  return [
    '[Unit]',
    `Description=Renderdeck worker${host === null ? '' : ` ${host}`}`,
    'After=network-online.target',
    'Wants=network-online.target',
    '# The database may be away for long, so systemd must never give up.',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `User=${user}`,
    `WorkingDirectory=${escapeSpecifiers(folder)}`,
    ...(settings === null ? [] : [`Environment=${quote(`RENDERDECK_SETTINGS_FILE=${settings}`)}`]),
    `ExecStart=${command.map((part) => quote(part).replaceAll('$', '$$$$')).join(' ')}`,
    '# Not after an end in order, for example by `worker stop`.',
    'Restart=on-failure',
    'RestartSec=2',
    "# The worker makes a cgroup for each render below this unit's own, so the kernel proves its end.",
    'Delegate=yes',
    '# Only the worker gets SIGTERM. It ends its renders itself, within RENDERDECK_DRAIN_LIMIT_MS.',
    'KillMode=mixed',
    'TimeoutStopSec=90',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

const escapeSpecifiers = (text: string) => text.replaceAll('%', '%%');

/** A word of a unit file: systemd.syntax(7) and systemd.service(5). */
function quote(text: string): string {
  const escaped = escapeSpecifiers(text);
  return /^[\w./:=@%+,-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}
