import { COUNTS_BYTES, JOB_INFO, writeLimits } from '../src/process/windows/structs.ts';
import type { Handle, Result, WindowsApi } from '../src/process/windows/windows-api.ts';

/** The answers of the fake kernel. The codes are those of Windows; 0 is success. */
export type FakeJob = {
  members: number[];
  /** How many members the job counts; default: as many as it lists. */
  active: number | null;
  running: number[];
  flags: number;
  isWine: boolean;
  openError: number;
  assignError: number;
  assignsNothing: boolean;
  createdError: number;
  listError: number;
  shortListIsNoError: boolean;
  countError: number;
  waitError: number;
  terminateError: number;
};

const CREATED = '1000';
const MORE_DATA = 234;

/** One Job Object of a fake kernel that gives the answers of a test, and its open handles. */
export function aWindowsApi(more: Partial<FakeJob> = {}) {
  const state: FakeJob = {
    ...{ members: [], active: null, running: [], flags: 0x2400, isWine: false },
    ...{ openError: 0, assignError: 0, assignsNothing: false, createdError: 0, listError: 0 },
    ...{ shortListIsNoError: false, countError: 0, waitError: 0, terminateError: 0 },
    ...more,
  };
  const handles = new Map<Handle, string>();
  const twice: Handle[] = [];
  let last = 0;
  const open = (what: string): Result<Handle> => {
    last += 4;
    handles.set(last, what);
    return { error: 0, value: last };
  };
  const pidOf = (handle: Handle) => Number(handles.get(handle)?.replace('process ', ''));
  const answer = <Value>(error: number, value: Value): Result<Value> =>
    error === 0 ? { error: 0, value } : { error, value: null };
  const api: WindowsApi = {
    isWine: state.isWine,
    createJob: () => open('job'),
    setJob: () => 0,
    queryJob: (_job, what, into) => query(state, what, into),
    assignToJob(_job, process) {
      if (state.assignError === 0 && !state.assignsNothing) state.members.push(pidOf(process));
      return state.assignError;
    },
    isInJob: (process) => answer(0, state.members.includes(pidOf(process))),
    terminateJob: () => state.terminateError,
    openProcess: (_access, pid) =>
      state.openError === 0 ? open(`process ${pid}`) : answer(state.openError, 0),
    terminateProcess: () => 0,
    isRunning: (process) => answer(state.waitError, state.running.includes(pidOf(process))),
    readCreated: () => answer(state.createdError, CREATED),
    close(handle) {
      if (!handles.delete(handle)) twice.push(handle);
    },
    announce: () => open('name'),
    isAnnounced: () => false,
    listProcesses: () => [],
  };
  return { api, state, open: () => [...handles.values()], closedTwice: () => twice };
}

function query(state: FakeJob, what: number, into: Buffer): number {
  if (what === JOB_INFO.limits) {
    writeLimits(state.flags).copy(into);
    return 0;
  }
  if (what !== JOB_INFO.pidList) {
    if (what === JOB_INFO.accounting && into.length > COUNTS_BYTES) return 1;
    into.writeUInt32LE(state.active ?? state.members.length, 40);
    return state.countError;
  }
  const capacity = (into.length - 8) / 8;
  const listed = state.members.slice(0, capacity);
  into.writeUInt32LE(state.members.length, 0);
  into.writeUInt32LE(listed.length, 4);
  listed.forEach((pid, at) => {
    into.writeBigUInt64LE(BigInt(pid), 8 + at * 8);
  });
  if (state.listError !== 0) return state.listError;
  return listed.length < state.members.length && !state.shortListIsNoError ? MORE_DATA : 0;
}
