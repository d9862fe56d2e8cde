/* Long because: it is one table. */
import type {
  ListAuditOutput,
  ListHostsOutput,
  LoginInput,
  MeOutput,
  SubmitJobInput,
  WireCancelReceipt,
  WireHost,
  WireJob,
  WireListedChange,
  WireLogChunk,
  WirePriorityReceipt,
  WireUsagePoint,
  WireUser,
} from '@renderdeck/contract';
import { accessExamples } from './access-examples.ts';
import { exampleMeasures } from './example-measures.ts';
import { listOf } from './list-example.ts';
import { nexrenderExamples } from './nexrender-v1/examples.ts';
import { webhookExamples } from './webhook-examples.ts';

export const EXAMPLE_JOB_ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';
const EXAMPLE_RERUN_ID = '7c1e0b64-2f0a-4e5d-8d8b-5a1c3f9e2b10';
const id = EXAMPLE_JOB_ID;
export const EXAMPLE_REQUEST_ID = '8d0f4f7e-52f0-4a4b-9a0f-0f9e3f1f6f11';
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();

const queued: WireJob = {
  id,
  name: 'Intro',
  status: 'QUEUED',
  priority: 50,
  tags: [],
  position: 3,
  noHostOffers: null,
  version: 1,
  progress: 0,
  timeLeftMs: null,
  phase: null,
  attempt: null,
  host: null,
  submittedBy: 'sam',
  createdAt: at(0),
  startedAt: null,
  endedAt: null,
  failure: null,
  receipt: null,
  rerunOf: null,
  rerunBy: [],
  openAttempts: [],
  warnings: [],
};
const ended = (pid: number, name: string, parentPid: number) =>
  ({ pid, name, parentPid, startedAt: at(10), endedBy: 'SIGTERM', endedAt: at(30) }) as const;
const cancelling: WireCancelReceipt = {
  number: 4812,
  outcome: 'cancelling',
  output: 'none',
  requestedBy: 'ada',
  requestedAt: at(30),
  channel: 'rest',
  reason: 'wrong template',
  attempt: 1,
  host: 'render-01',
  deliveredAt: at(30),
  deliveredWithProof: false,
  processes: [],
  proof: null,
  survivors: [],
  files: { removed: 0, bytes: 0, leftovers: [] },
  firstSignalAt: null,
  deadAt: null,
  timeToDeadMs: null,
  timeToCleanMs: null,
  askToProofMs: null,
  openAttempts: [],
  declared: [],
  awaitedHosts: [],
  confirmedAt: null,
};
const cancelled: WireCancelReceipt = {
  ...cancelling,
  outcome: 'cancelled',
  processes: [
    ended(4100, 'nexrender', 4000),
    ended(4101, 'aerender', 4100),
    ended(4102, 'AfterFX', 4101),
  ],
  proof: 'kernel',
  files: { removed: 12, bytes: 48_000_000, leftovers: [] },
  firstSignalAt: at(30),
  deadAt: at(30),
  timeToDeadMs: 41,
  timeToCleanMs: 9,
  askToProofMs: 1000,
  confirmedAt: at(31),
};
const moved: WirePriorityReceipt = {
  priority: { before: 50, after: 90 },
  position: { before: 3, after: 1 },
  changedBy: 'ada',
  changedAt: at(5),
  countedAt: at(5),
  version: 2,
  noop: false,
};
const submission: SubmitJobInput = {
  job: { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } },
  priority: 50,
  name: 'Intro',
};
const credentials: LoginInput = { username: 'ada', password: 'an honest long password' };
const user: WireUser = { name: 'ada', role: 'admin' };
const me: MeOutput = {
  user,
  can: { stop: true, prioritise: true, submit: true, access: true, auditAll: true },
  admins: ['ada'],
  keepJobsDays: 90,
  serverTime: at(40),
  session: null,
  build: null,
};
const host: WireHost = {
  name: 'render-01',
  state: 'rendering',
  jobs: [{ id, name: 'Intro', progress: 37.5, timeLeftMs: 360_000 }],
  lastHeardAt: at(20),
  slots: 1,
  tags: ['c4d'],
  version: '0.1.0',
  platform: 'linux x64',
  bootedAt: at(0),
  session: null,
  renderer: 'After Effects 2024',
  standIn: false,
  container: 'cgroup',
  renderUser: 'render',
  databaseLogin: 'host_ae-01',
  problem: null,
  check: {
    at: at(15),
    held: true,
    parts: [{ name: 'renderer', ok: true, sentence: 'aerender version 24.0x55 starts.' }],
  },
  checkAsked: null,
  preparation: {
    at: at(2),
    findings: [
      { name: 'startup script', state: 'done', sentence: 'nexrender has written its script.' },
      { name: 'disk', state: 'ok', sentence: '120000 MB are free on the disk of D:\\scratch.' },
    ],
  },
  killTest: {
    at: at(3),
    findings: [{ name: 'grandchildren', state: 'ok', sentence: 'Ended, proof kernel, 12 ms.' }],
  },
  freeBytes: 120_000_000_000,
  leftoverFolders: 0,
  unclaimedProcesses: 0,
  openAttempts: 0,
  openStops: 0,
  today: { done: 14, failed: 1, stopped: 2 },
  gone: null,
  hostId: '1f0c2a9e-6f0b-4f0e-9a53-0c6a3c1d7b11',
  released: null,
};
const hosts: ListHostsOutput = { hosts: [host] };
const goneHost: WireHost = {
  ...host,
  name: 'render-02',
  state: 'silent',
  jobs: [],
  gone: { by: 'ada', at: at(40), reason: 'The machine burned.' },
};
const releasedHost: WireHost = {
  ...host,
  name: 'render-02',
  state: 'stopped',
  jobs: [],
  released: { by: 'ada', at: at(40) },
};
const logChunk: WireLogChunk = {
  attempt: 1,
  seq: 1,
  at: at(11),
  stream: 'aerender',
  lines: ['PROGRESS:  0:00:00:01 (1): 0 Seconds'],
};
const usage: WireUsagePoint = {
  at: at(10),
  until: at(12),
  samples: 2,
  cpuPercent: { min: 180, mean: 210, max: 240 },
  memoryBytes: { min: 4_000_000_000, mean: 4_500_000_000, max: 5_000_000_000 },
  processes: 3,
};
const change: WireListedChange = {
  id: '96',
  at: at(5),
  event: 'setPriority',
  actor: 'ada',
  version: 2,
  statusBefore: 'QUEUED',
  statusAfter: 'QUEUED',
  priorityBefore: 50,
  priorityAfter: 90,
  facts: {},
};
const seal = {
  number: '17',
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};
const line: ListAuditOutput['entries'][number] = {
  id: '17',
  at: at(30),
  actor: { kind: 'user', name: 'ada' },
  channel: 'rest',
  address: '192.0.2.7',
  requestId: EXAMPLE_REQUEST_ID,
  action: 'cancelJob',
  outcome: 'done',
  code: null,
  result: 'done',
  jobId: id,
  jobName: 'Intro',
  reason: 'wrong template',
  before: { status: 'RENDERING' },
  after: { status: 'CANCELLING', receipt: 4812 },
  seal,
};

type Examples = { readonly body?: unknown; readonly answers: Readonly<Record<string, unknown>> };

/** What each route takes and answers, by `method path`. All examples show the same job. */
export const EXAMPLES: Readonly<Record<string, Examples>> = {
  'post /api/session': { body: credentials, answers: { 200: { success: true, user } } },
  'get /api/session': { answers: { 200: me } },
  'put /api/session/password': {
    body: { current: credentials.password, next: 'a new and long password' },
    answers: { 200: { success: true } },
  },
  'post /api/jobs': { body: submission, answers: { 201: { success: true, job: queued } } },
  'get /api/jobs': { answers: { 200: listOf(queued, at(40)) } },
  'get /api/jobs/preview': {
    answers: { 200: { position: 41, queued: 312, highestPriority: 50, at: at(0) } },
  },
  'get /api/jobs/{id}/attempts/{number}/log': {
    answers: {
      200: 'PROGRESS:  0:00:00:01 (1): 0 Seconds\n',
      '200 text/event-stream': `id: 1:1\nevent: lines\ndata: ${JSON.stringify(logChunk)}\n\n`,
      206: '00:00:01 (1): 0 Seconds\n',
    },
  },
  'get /api/jobs/{id}/attempts/{number}/usage': {
    answers: { 200: { attempt: 1, points: [usage] } },
  },
  'get /api/jobs/{id}': {
    answers: {
      200: {
        job: queued,
        attempts: [],
        hostLastHeardAt: null,
        hidden: [{ path: ['assets', 0, 'src'], kinds: ['query key'] }],
        template: 'intro.aep',
        composition: 'main',
      },
    },
  },
  'post /api/jobs/{id}/resubmit': {
    body: { priority: 50 },
    answers: { 201: { success: true, job: { ...queued, id: EXAMPLE_RERUN_ID, rerunOf: id } } },
  },
  'get /api/jobs/{id}/changes': { answers: { 200: { changes: [change], nextCursor: null } } },
  'get /api/receipts/{number}': {
    answers: {
      200: {
        number: 4812,
        job: { ...queued, status: 'CANCELLED', position: null, receipt: cancelled },
        hostLastHeardAt: at(31),
      },
    },
  },
  'get /api/reasons': { answers: { 200: { reasons: ['wrong template'] } } },
  'delete /api/jobs/{id}': {
    body: { reason: 'wrong template' },
    answers: {
      200: { success: true, message: 'Job cancelled successfully', receipt: cancelled },
      202: {
        success: true,
        message: 'Stop requested; render-01 has not yet confirmed that nothing of the job runs',
        receipt: cancelling,
      },
    },
  },
  'patch /api/jobs/{id}/priority': {
    body: { priority: 90 },
    answers: {
      200: {
        success: true,
        job: { ...queued, priority: 90, position: 1, version: 2 },
        newPosition: 1,
        receipt: moved,
      },
    },
  },
  'get /api/jobs/{id}/priority/preview': {
    answers: {
      200: {
        priority: moved.priority,
        position: moved.position,
        version: 1,
        queued: 312,
        movedCount: 2,
        moved: [
          {
            id: EXAMPLE_RERUN_ID,
            name: 'Outro',
            submittedBy: 'sam',
            position: { before: 2, after: 3 },
          },
        ],
        at: at(5),
      },
    },
  },
  'get /api/audit/verify': {
    answers: {
      200: {
        verdict: 'sound',
        broken: null,
        head: { ...seal, sealedAt: at(31) },
        next: null,
        unsealed: { count: 0, since: null },
      },
    },
  },
  'get /api/audit': {
    answers: {
      200: { entries: [line], holes: [], nextCursor: null, head: '1772366430000-17', whole: true },
    },
  },
  'get /api/audit.csv': {
    answers: {
      200:
        '"number","at","actor","actorKind",…\r\n' +
        '"17","2026-03-01T12:00:30.000Z","ada","user",…\r\n',
    },
  },
  'get /api/hosts': { answers: { 200: hosts } },
  'post /api/hosts/{name}/check': {
    body: { waitMs: 60_000 },
    answers: {
      200: { success: true, host, finished: true },
      202: {
        success: true,
        host: { ...host, checkAsked: { by: 'ada', at: at(40) } },
        finished: false,
      },
    },
  },
  'post /api/hosts/{name}/gone': {
    body: { confirmName: 'render-02', reason: 'The machine burned.' },
    answers: {
      200: { success: true, host: goneHost, declared: [{ jobId: id, number: 1 }] },
    },
  },
  'post /api/hosts/{name}/release': {
    body: { reason: 'The machine was replaced.' },
    answers: { 200: { success: true, host: releasedHost } },
  },
  'get /api/measures': { answers: { 200: exampleMeasures } },
  ...accessExamples(credentials.password, at(0)),
  ...webhookExamples(id, at(0)),
  ...nexrenderExamples(id, at(0)),
};
