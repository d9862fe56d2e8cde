/* Whether After Effects can work in the session of this host: a desktop, no dialog, no sleep. */
import type { HostFinding } from '@renderdeck/domain';
import type { System } from '@renderdeck/render-host';
import { done, ok, type Preparing, todo, unknown } from './preparing.ts';

type Windows = NonNullable<System['windows']>;

const WINLOGON = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon';
const OFF = 1;
const WER = 'Software\\Microsoft\\Windows\\Windows Error Reporting';

export async function findSession(host: Preparing): Promise<readonly HostFinding[]> {
  const { system } = host;
  if (system.windows !== null) {
    const { windows } = system;
    return [
      windowsSession(windows),
      windowsLogOn(windows),
      windowsCrashDialogs(windows, host),
      windowsSleep(windows),
    ];
  }
  if (system.platform === 'darwin')
    return [
      await macSession(system),
      await macCrashDialogs(host),
      await macSleep(system),
      unknown(
        'privacy',
        'macOS does not tell which programs may control others. In System Settings, Privacy & ' +
          'Security, allow node under Automation and under Full Disk Access.',
      ),
    ];
  return [];
}

function windowsSession(windows: Windows): HostFinding {
  const name = 'session';
  const [session, atConsole] = [windows.readSession(), windows.readConsoleSession()];
  const step =
    'Log on at the screen as the user that renders, and let a task of that user start the worker.';
  if (session === null) return unknown(name, `Windows does not tell the session. ${step}`);
  if (session === 0)
    return todo(
      name,
      `This runs in session 0, where services run without a desktop; After Effects is unreliable ` +
        `there. ${step}`,
    );
  if (session === atConsole) return ok(name, `This runs in session ${session}, at the screen.`);
  const where =
    atConsole === null ? 'nobody is at the screen' : `session ${atConsole} is at the screen`;
  return unknown(
    name,
    `This runs in session ${session}, and ${where}: a remote session, in which renders may stop ` +
      `when its window is closed. ${step}`,
  );
}

function windowsLogOn({ registry }: Windows): HostFinding {
  const name = 'automatic log-on';
  const isOn = registry.readText('HKLM', WINLOGON, 'AutoAdminLogon') === '1';
  const user = registry.readText('HKLM', WINLOGON, 'DefaultUserName');
  if (isOn && user !== null && user !== '')
    return ok(name, `Windows logs on ${user} when it starts.`);
  return todo(
    name,
    'After a restart nothing renders before a person logs on. Let Windows log on the user that ' +
      'renders: run Autologon of Microsoft Sysinternals once.',
  );
}

function windowsCrashDialogs({ registry }: Windows, { system, isDryRun }: Preparing): HostFinding {
  const name = 'crash dialogs';
  const reads = (hive: 'HKCU' | 'HKLM') => registry.readNumber(hive, WER, 'DontShowUI') === OFF;
  if (reads('HKLM')) return ok(name, 'Windows shows none, for every user of this host.');
  if (reads('HKCU')) return ok(name, `Windows shows none to ${system.user}.`);
  const step =
    `as the user that renders: reg add "HKCU\\${WER}" /v DontShowUI ` + `/t REG_DWORD /d ${OFF} /f`;
  const why = 'A crashed After Effects would wait in a dialog that nobody closes';
  if (isDryRun) return todo(name, `${why}. Run ${step}`);
  return registry.writeNumber('HKCU', WER, 'DontShowUI', OFF) && reads('HKCU')
    ? done(name, `Windows now shows none to ${system.user}. If another user renders, run ${step}`)
    : todo(name, `${why}, and this could not be changed. Run ${step}`);
}

function windowsSleep(windows: Windows): HostFinding {
  const name = 'sleep';
  const minutes = windows.readSleepMinutes();
  const step = 'Run: powercfg /change standby-timeout-ac 0';
  if (minutes === null) return unknown(name, `Windows does not tell when it sleeps. ${step}`);
  return minutes === 0
    ? ok(name, 'This computer does not sleep.')
    : todo(name, `This computer sleeps after ${minutes} minutes. ${step}`);
}

async function macSession(system: System): Promise<HostFinding> {
  const name = 'session';
  const manager = (await system.run('launchctl', ['managername']))?.trim() ?? null;
  const step =
    'Log on at the screen as the user that renders, and start the worker as a LaunchAgent.';
  if (manager === null) return unknown(name, `macOS does not tell the session. ${step}`);
  return manager === 'Aqua'
    ? ok(name, 'This runs in the Aqua session of a user who is logged on.')
    : todo(name, `This runs in the session ${manager}, not in Aqua. ${step}`);
}

async function macCrashDialogs({ system, isDryRun }: Preparing): Promise<HostFinding> {
  const name = 'crash dialogs';
  const domain = 'com.apple.CrashReporter';
  const isOff = async () =>
    (await system.run('defaults', ['read', domain, 'DialogType']))?.trim() === 'none';
  if (await isOff()) return ok(name, `macOS shows none to ${system.user}.`);
  const step = `as the user that renders: defaults write ${domain} DialogType none`;
  const why = 'A crashed After Effects would show a dialog that nobody closes';
  if (isDryRun) return todo(name, `${why}. Run ${step}`);
  await system.run('defaults', ['write', domain, 'DialogType', 'none']);
  return (await isOff())
    ? done(name, `macOS now shows none to ${system.user}. If another user renders, run ${step}`)
    : todo(name, `${why}, and this could not be changed. Run ${step}`);
}

async function macSleep(system: System): Promise<HostFinding> {
  const name = 'sleep';
  const [, minutes] = /^\s*sleep\s+(\d+)/m.exec((await system.run('pmset', ['-g'])) ?? '') ?? [];
  const step = 'Run: sudo pmset -a sleep 0';
  if (minutes === undefined) return unknown(name, `macOS does not tell when it sleeps. ${step}`);
  return minutes === '0'
    ? ok(name, 'This computer does not sleep.')
    : todo(name, `This computer sleeps after ${minutes} minutes. ${step}`);
}
