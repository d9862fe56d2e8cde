import type { HostFinding } from '@renderdeck/domain';
import type { System } from '@renderdeck/render-host';
import { ok, type Preparing, todo, unknown } from './preparing.ts';

const NAME = 'clock';
const TIME_SERVICE = 'SYSTEM\\CurrentControlSet\\Services\\W32Time';
const DISABLED = 4;
/** A larger difference makes the times of reports and logs hard to read. */
const SKEW_MS = 5000;

/**
 * Whether this clock agrees with the database now, and whether the system corrects the clock.
 * Leases do not depend on it, because steady clocks count them. `databaseTime`: null when the
 * database does not answer.
 */
export async function findClock(
  { system }: Pick<Preparing, 'system'>,
  databaseTime: { readonly at: Date; readonly askedAt: Date } | null,
): Promise<HostFinding> {
  const step = KEPT_BY[system.platform];
  if (databaseTime !== null) {
    const skewMs = databaseTime.at.getTime() - databaseTime.askedAt.getTime();
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    const side = skewMs > 0 ? 'behind' : 'before';
    if (Math.abs(skewMs) > SKEW_MS)
      return todo(NAME, `It is ${seconds} s ${side} the clock of the database. ${step}`);
  }
  const kept = await isKept(system);
  const now = databaseTime === null ? '' : 'It agrees with the clock of the database. ';
  if (kept === null) return unknown(NAME, `${now}The system does not tell who sets it. ${step}`);
  return kept
    ? ok(NAME, `${now}The system keeps it right.`)
    : todo(NAME, `${now}Nobody sets it when it is wrong. ${step}`);
}

const KEPT_BY = {
  win32: 'Run as an administrator: sc config w32time start= auto && w32tm /resync',
  darwin: 'In System Settings, General, Date & Time: set the time automatically.',
  linux: 'Run as root: timedatectl set-ntp true',
} as const satisfies Record<System['platform'], string>;

/** Null when the system does not say. */
async function isKept(system: System): Promise<boolean | null> {
  if (system.windows !== null) {
    const { registry } = system.windows;
    const start = registry.readNumber('HKLM', TIME_SERVICE, 'Start');
    const type = registry.readText('HKLM', `${TIME_SERVICE}\\Parameters`, 'Type');
    if (start === null || type === null) return null;
    return start !== DISABLED && type !== 'NoSync';
  }
  if (system.platform === 'darwin') {
    const said = await system.run('systemsetup', ['-getusingnetworktime']);
    const [, is] = /Network Time:\s*(On|Off)/i.exec(said ?? '') ?? [];
    return is === undefined ? null : is.toLowerCase() === 'on';
  }
  const said = await system.run('timedatectl', ['show', '--property=NTP', '--value']);
  const is = said?.trim();
  return is === 'yes' ? true : is === 'no' ? false : null;
}
