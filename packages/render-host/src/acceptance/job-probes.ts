/* How Job Objects behave on this Windows, where documents and Wine leave that open. */
import { loadWindowsApi } from '../process/windows/load-windows-api.ts';
import {
  JOB_INFO,
  LIMIT,
  LIMITS_BYTES,
  readLimitFlags,
  writeLimits,
} from '../process/windows/structs.ts';
import { ACCESS } from '../process/windows/windows-api.ts';
import { callWindows, poll, withMember } from './member.ts';
import type { Probe, Seen } from './probe.ts';

const systems: Probe['systems'] = ['win32'];
const GONE_WITHIN_MS = 2000;
const CHILDREN = 10;
const WAITING = "['-e', 'setInterval(() => {}, 1000)']";
const WANTED = LIMIT.killOnJobClose | LIMIT.dieOnUnhandledException;
/** JOBOBJECT_BASIC_LIMIT_INFORMATION. */
const LIMIT_ACTIVE_PROCESSES = 0x8;
const AT_ACTIVE_PROCESSES = 40;

export const JOB_PROBES: readonly Probe[] = [
  {
    name: 'limits of a job',
    systems,
    expected: `Windows reports the limits that were set, 0x${WANTED.toString(16)}.`,
    async run() {
      const api = loadWindowsApi();
      const job = api.createJob().value ?? 0;
      const refused = api.setJob(job, JOB_INFO.limits, writeLimits(WANTED));
      const limits = Buffer.alloc(LIMITS_BYTES);
      const unread = api.queryJob(job, JOB_INFO.limits, limits);
      api.close(job);
      const flags = readLimitFlags(limits);
      const seen = `Set: error ${refused}. Read: error ${unread}, 0x${flags.toString(16)}.`;
      return { seen, asExpected: refused === 0 && unread === 0 && flags === WANTED };
    },
  },
  {
    name: 'breakaway',
    systems,
    expected:
      'A member cannot start a program outside of its job: CreateProcess with ' +
      'CREATE_BREAKAWAY_FROM_JOB fails with error 5.',
    run: () => withMember(START_OUTSIDE, seeBreakaway),
  },
  {
    name: 'stop of eleven programs',
    systems,
    expected: `TerminateJobObject ends every member within ${GONE_WITHIN_MS} ms.`,
    run: () => withMember(START_CHILDREN, seeStop),
  },
  {
    name: 'limit of processes',
    systems,
    expected: 'A job with ActiveProcessLimit 1 does not let its member start a program.',
    run: () => withMember(START_ONE, seeProcessLimit),
  },
  {
    name: 'job within a job',
    systems,
    expected: 'A job can be made and filled although this program may be in a job already.',
    async run() {
      const api = loadWindowsApi();
      const self = api.openProcess(ACCESS.query | ACCESS.queryLimited, process.pid).value ?? 0;
      const isIn = api.isInJob(self, 0).value;
      api.close(self);
      const pids = await withMember(STAY, async ({ job, receive }) => {
        await receive();
        return job.listPids().size;
      });
      const where = isIn === null ? 'perhaps in a job' : isIn ? 'in a job' : 'in no job';
      return {
        seen: `This program is ${where}; a new job lists ${pids} processes.`,
        asExpected: pids >= 1,
      };
    },
  },
  {
    name: 'worker killed',
    systems,
    expected: 'When the program that holds a job is ended, every member ends within 2000 ms.',
    run: () => withMember(HOLD_JOB, seeHolderEnd),
  },
];

const START_OUTSIDE = `
  ${callWindows({
    create:
      'int CreateProcessW(void *app, void *line, void *p, void *t, int inherit, uint32_t flags, ' +
      'void *env, void *cwd, void *startup, void *info)',
    lastError: 'uint32_t GetLastError()',
  })}
  const startup = Buffer.alloc(104); startup.writeUInt32LE(104);
  const info = Buffer.alloc(24);
  const text = '"' + process.execPath + '" -e "setInterval(() => {}, 1000)"\\0';
  const line = Buffer.from(text, 'utf16le');
  const made = create(null, line, null, null, 0, 0x09000000, null, null, startup, info);
  const error = made === 0 ? lastError() : 0;
  process.send({ error, pid: made === 0 ? 0 : info.readUInt32LE(16) });
  setInterval(() => {}, 1000);`;

const STAY = 'process.send({ up: true }); setInterval(() => {}, 1000);';

const START_CHILDREN = `
  const { spawn } = require('node:child_process');
  for (let n = 0; n < ${CHILDREN}; n += 1) spawn(process.execPath, ${WAITING}, { stdio: 'ignore' });
  process.send({ up: true }); setInterval(() => {}, 1000);`;

const START_ONE = `
  process.send({ up: true });
  process.once('message', () => {
    const child = require('node:child_process').spawn(process.execPath, ${WAITING});
    child.once('error', ({ code }) => process.send({ code }));
    child.once('spawn', () => process.send({ code: null }));
  });
  setInterval(() => {}, 1000);`;

/** The holder's job is inside the probe's own job, so the probe ends it in any case. */
const HOLD_JOB = `
  ${callWindows({
    createJob: 'intptr_t CreateJobObjectW(void *attributes, void *name)',
    setJob: 'int SetInformationJobObject(intptr_t job, int what, void *data, uint32_t bytes)',
    open: 'intptr_t OpenProcess(uint32_t access, int inherit, uint32_t pid)',
    assign: 'int AssignProcessToJobObject(intptr_t job, intptr_t process)',
  })}
  const job = createJob(null, null);
  const limits = Buffer.alloc(144); limits.writeUInt32LE(0x2000, 16);
  setJob(job, 9, limits, limits.length);
  const start = "process.once('message', () => { const { spawn } = require('node:child_process');" +
    "const pids = [1, 2, 3].map(() => spawn(process.execPath, " +
    "['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true }).pid);" +
    "process.send(pids); }); setInterval(() => {}, 1000)";
  const child = require('node:child_process').spawn(process.execPath, ['-e', start],
    { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const assigned = assign(job, open(0x1fffff, 0, child.pid));
  child.once('message', (pids) => process.send({ assigned, pids: [child.pid, ...pids] }));
  child.send('go');
  setInterval(() => {}, 1000);`;

type Work = Parameters<typeof withMember<Seen>>[1];

const seeBreakaway: Work = async ({ job, receive }) => {
  const { error, pid } = await receive();
  if (pid === 0)
    return { seen: `CreateProcess failed with error ${error}.`, asExpected: error === 5 };
  const isOutside = job.isOutside(Number(pid));
  if (isOutside) endProgram(Number(pid));
  const where = isOutside ? 'OUTSIDE of the job: a render could leave it' : 'inside the job';
  return { seen: `CreateProcess made a program, ${where}.`, asExpected: false };
};

const seeStop: Work = async ({ job, receive }) => {
  await receive();
  await poll(() => job.listPids().size > CHILDREN, 20_000);
  const members = job.listPids().size;
  const beganAt = performance.now();
  job.killAll();
  const calledMs = performance.now() - beganAt;
  const isEmpty = await poll(() => job.isEmpty(), 30_000);
  const goneMs = performance.now() - beganAt;
  const when = isEmpty === null ? 'not within 30 s' : `after ${goneMs.toFixed(1)} ms`;
  return {
    seen: `${members} members: the call took ${calledMs.toFixed(1)} ms, all were gone ${when}.`,
    asExpected: isEmpty !== null && goneMs <= GONE_WITHIN_MS && members > CHILDREN,
  };
};

const seeProcessLimit: Work = async ({ pid, receive, say }) => {
  const api = loadWindowsApi();
  await receive();
  const job = api.createJob().value ?? 0;
  const limits = writeLimits(LIMIT_ACTIVE_PROCESSES);
  limits.writeUInt32LE(1, AT_ACTIVE_PROCESSES);
  const refused = api.setJob(job, JOB_INFO.limits, limits);
  const member = api.openProcess(ACCESS.terminate | ACCESS.setQuota, pid).value ?? 0;
  const unassigned = api.assignToJob(job, member);
  try {
    say('start');
    const { code } = await receive();
    const seen =
      code === null
        ? 'The member started a program.'
        : `The member could not start a program (${String(code)}).`;
    return {
      seen: `Set: error ${refused}, assigned: error ${unassigned}. ${seen}`,
      asExpected: code !== null,
    };
  } finally {
    api.close(member);
    api.close(job);
  }
};

const seeHolderEnd: Work = async ({ pid, job, receive }) => {
  const { assigned, pids } = await receive();
  const members: unknown[] = Array.isArray(pids) ? pids : [];
  const beganAt = performance.now();
  endProgram(pid);
  const left = () => members.filter((one) => job.listPids().has(Number(one)));
  const areGone = await poll(() => left().length === 0, 20_000);
  const goneMs = performance.now() - beganAt;
  const what = areGone === null ? `${left().length} lived on` : 'all were gone';
  return {
    seen:
      `Assigned: ${String(assigned)}, ${members.length} members; ` +
      `${what} after ${goneMs.toFixed(1)} ms.`,
    asExpected: areGone !== null && goneMs <= GONE_WITHIN_MS && members.length === 4,
  };
};

function endProgram(pid: number): void {
  const api = loadWindowsApi();
  const handle = api.openProcess(ACCESS.terminate, pid).value;
  if (handle === null) return;
  api.terminateProcess(handle, 1);
  api.close(handle);
}
