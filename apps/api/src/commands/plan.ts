/*
 * The steps of `api install` and of its undoing, as data: a dry run prints them, and tests compare
 * them.
 */
import {
  type InstallStep,
  makeUser,
  systemdUnit,
  unitFileOf,
} from '@renderdeck/render-host/install';

/** The unit, and the user that it runs as unless another one is named. */
export const API_UNIT = 'renderdeck-api.service';
export const API_USER = 'renderdeck-api';

export type ApiInstallFacts = {
  readonly user: string;
  /** Whether this machine has that user. */
  readonly hasUser: boolean;
  /** The program of the API, with its interpreter, as absolute paths. */
  readonly command: readonly string[];
  /** The folder that the program starts in. */
  readonly folder: string;
  /** The file of its settings, which only root reads. */
  readonly settings: string;
};

/** `saves`: the step that writes the settings. `waits`: the one that waits for the API. */
export function planInstall(
  facts: ApiInstallFacts,
  { saves, waits }: { readonly saves: readonly InstallStep[]; readonly waits: InstallStep },
): readonly InstallStep[] {
  const { user, hasUser } = facts;
  return [
    ...(hasUser ? [] : [makeUser(user, 'the user of the API')]),
    ...saves,
    { why: 'the unit', write: unitFileOf(API_UNIT), text: apiUnit(facts) },
    { why: 'shows it to systemd', run: ['systemctl', 'daemon-reload'] },
    { why: 'starts the API when the machine boots', run: ['systemctl', 'enable', API_UNIT] },
    { why: 'and now, also if it runs already', run: ['systemctl', 'restart', API_UNIT] },
    waits,
  ];
}

/** The settings stay: they have the login of the API. */
export function planUninstall(): readonly InstallStep[] {
  return [
    { why: 'ends the unit', run: ['systemctl', 'disable', '--now', API_UNIT], may: true },
    { why: 'its file', remove: unitFileOf(API_UNIT) },
    { why: 'lets systemd forget it', run: ['systemctl', 'daemon-reload'] },
  ];
}

function apiUnit({ user, folder, command, settings }: ApiInstallFacts): string {
  return systemdUnit({
    ...{ user, folder, command },
    description: 'Renderdeck API',
    environmentFile: settings,
    ofUnit: [
      '# The database may be away for long, so systemd must never give up.',
      'StartLimitIntervalSec=0',
    ],
    ofService: [
      'Restart=always',
      'RestartSec=2',
      '# It finishes its requests within five seconds.',
      'TimeoutStopSec=15',
    ],
  });
}
