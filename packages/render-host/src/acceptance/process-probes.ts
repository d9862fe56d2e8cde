/* How processes, sessions, crashes and signals behave on a real Windows. */
import { spawn } from 'node:child_process';
import { loadWindowsApi } from '../process/windows/load-windows-api.ts';
import { ACCESS, ERROR } from '../process/windows/windows-api.ts';
import { callWindows, poll, withMember } from './member.ts';
import type { Probe, Seen } from './probe.ts';

const systems: Probe['systems'] = ['win32'];
/** The kernel's process. The probe does not end it: it only asks Windows for the right to do so. */
const SYSTEM_PID = 4;
const ACCESS_VIOLATION = 0xc000_0005;
/** A desktop that does not exist may never answer. */
const ANSWERS_WITHIN_MS = 5000;
const UOI_FLAGS = 1;
const VISIBLE = 1;

export const PROCESS_PROBES: readonly Probe[] = [
  {
    name: 'access denied',
    systems,
    expected: `Windows refuses the right to end its own process with error ${ERROR.accessDenied}.`,
    async run() {
      const api = loadWindowsApi();
      const { error, value } = api.openProcess(ACCESS.terminate, SYSTEM_PID);
      if (value !== null) api.close(value);
      return { seen: `Error ${error}.`, asExpected: error === ERROR.accessDenied };
    },
  },
  {
    name: 'time of creation',
    systems,
    expected: 'Each way to read it gives one time; programs started one by one differ.',
    run: seeCreation,
  },
  {
    name: 'session',
    systems,
    expected: 'This program runs in a session with a visible desktop, not in session 0.',
    run: () => withMember(ASK_SESSION, seeSession),
  },
  {
    name: 'crash in a job',
    systems,
    expected:
      'A member that crashes ends within 5 s with code 0xc0000005, and no dialog or report ' +
      'program (WerFault.exe) is left in its job.',
    run: () => withMember(CRASH, seeCrash),
  },
  {
    name: 'signals of node',
    systems,
    expected: 'process.kill ends a program at once: the program gets no SIGTERM.',
    run: () => seeSignal(),
  },
  {
    name: 'Ctrl-Break of a console',
    systems,
    expected: 'A program with a console of its own gets SIGBREAK, and goes on.',
    run: () => withMember(OPEN_CONSOLE, seeConsole),
  },
];

async function seeCreation(): Promise<Seen> {
  const api = loadWindowsApi();
  const read = (pid: number) => {
    const handle = api.openProcess(ACCESS.queryLimited | ACCESS.query, pid).value;
    const created = handle === null ? null : api.readCreated(handle).value;
    if (handle !== null) api.close(handle);
    return created;
  };
  const own = [read(process.pid), read(process.pid)];
  const children = Array.from({ length: 5 }, () =>
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }),
  );
  const times = children.map(({ pid }) => (pid === undefined ? null : read(pid)));
  for (const child of children) child.kill();
  const ticks = times.flatMap((time) => (time === null ? [] : [BigInt(time)]));
  const steps = ticks.slice(1).map((tick, at) => Number(tick - (ticks[at] ?? tick)) / 10_000);
  return {
    seen: `Twice the same: ${own[0] === own[1]}. Steps: ${steps.join(', ')} ms.`,
    asExpected: own[0] !== null && own[0] === own[1] && steps.every((step) => step > 0),
  };
}

/** Runs in a program of its own, because a call to a desktop that does not answer would block. */
const ASK_SESSION = `
  ${callWindows({
    sessionOf: 'int ProcessIdToSessionId(uint32_t pid, void *into)',
    atConsole: 'uint32_t WTSGetActiveConsoleSessionId()',
  })}
  const user32 = koffi.load('user32.dll');
  const station = user32.func('intptr_t GetProcessWindowStation()');
  const describe = user32.func(
    'int GetUserObjectInformationW(intptr_t o, int what, void *into, uint32_t size, void *needed)');
  const [session, flags] = [Buffer.alloc(4), Buffer.alloc(12)];
  const isKnown = sessionOf(process.pid, session) !== 0;
  const isDescribed = describe(station(), ${UOI_FLAGS}, flags, flags.length, Buffer.alloc(4)) !== 0;
  process.send({
    session: isKnown ? session.readUInt32LE(0) : null,
    console: atConsole(),
    isVisible: isDescribed && (flags.readUInt32LE(8) & ${VISIBLE}) !== 0,
  });`;

const seeSession: Parameters<typeof withMember<Seen>>[1] = async ({ receive }) => {
  const { session, console: atScreen, isVisible } = await receive(ANSWERS_WITHIN_MS);
  return {
    seen:
      `Session ${String(session)}, at the screen ${String(atScreen)}; its desktop ` +
      `${isVisible === true ? 'can' : 'cannot'} be seen.`,
    asExpected: typeof session === 'number' && session !== 0 && isVisible === true,
  };
};

/** libuv switches crash dialogs off for its children. After Effects may switch them on again. */
const CRASH = `
  ${callWindows({
    setMode: 'uint32_t SetErrorMode(uint32_t mode)',
    raise: 'void RaiseException(uint32_t code, uint32_t flags, uint32_t count, void *args)',
  })}
  setMode(0);
  process.send({ up: true }, () => raise(${ACCESS_VIOLATION}, 1, 0, null));`;

const seeCrash: Parameters<typeof withMember<Seen>>[1] = async ({ job, receive, end }) => {
  await receive();
  const beganAt = performance.now();
  const ended = await end(20_000);
  const tookMs = performance.now() - beganAt;
  await poll(() => job.listPids().size === 0, 2000);
  const left = job.listPids().size;
  const code = ended?.code ?? null;
  const how =
    ended === null ? 'It did not end within 20 s' : `It ended after ${tookMs.toFixed(0)} ms`;
  const hex = code === null ? 'none' : `0x${(code >>> 0).toString(16)}`;
  return {
    seen: `${how}, code ${hex}; ${left} members are left.`,
    asExpected: code !== null && code >>> 0 === ACCESS_VIOLATION && tookMs < 5000 && left === 0,
  };
};

async function seeSignal(): Promise<Seen> {
  const program = `
    process.on('SIGTERM', () => process.send({ heard: true }));
    process.send({ heard: false }); setInterval(() => {}, 1000);`;
  return await withMember(program, async ({ pid, receive, end }) => {
    await receive();
    process.kill(pid, 'SIGTERM');
    const ended = await end(5000);
    const heard = await receive(200).catch(() => null);
    return {
      seen:
        `It ${ended === null ? 'did not end within 5 s' : 'ended'} and ` +
        `${heard === null ? 'heard nothing' : 'heard SIGTERM'}.`,
      asExpected: ended !== null && heard === null,
    };
  });
}

/** Only the member has this console, so the signal reaches no other program. */
const OPEN_CONSOLE = `
  ${callWindows({
    free: 'int FreeConsole()',
    alloc: 'int AllocConsole()',
    window: 'intptr_t GetConsoleWindow()',
    send: 'int GenerateConsoleCtrlEvent(uint32_t event, uint32_t group)',
    lastError: 'uint32_t GetLastError()',
  })}
  free();
  const allocated = alloc();
  const show = koffi.load('user32.dll').func('int ShowWindow(intptr_t window, int how)');
  show(window(), 0);
  process.on('SIGBREAK', () => process.send({ heard: true }));
  const sent = send(1, 0);
  process.send({ allocated, sent, error: sent === 0 ? lastError() : 0 });
  setInterval(() => {}, 1000);`;

const seeConsole: Parameters<typeof withMember<Seen>>[1] = async ({ receive, end }) => {
  const { allocated, sent, error } = await receive(ANSWERS_WITHIN_MS);
  const heard = await receive(ANSWERS_WITHIN_MS).catch(() => null);
  const ended = await end(100);
  return {
    seen:
      `Console: ${String(allocated)}, sent: ${String(sent)} (error ${String(error)}); it ` +
      `${heard === null ? 'heard nothing' : 'heard SIGBREAK'} and ` +
      `${ended === null ? 'goes on' : 'ended'}.`,
    asExpected: heard !== null && ended === null,
  };
};
