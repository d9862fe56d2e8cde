import {
  type DatabaseSize,
  FINDING_STATES,
  HOST_STATES,
  type HostReport,
} from '@renderdeck/domain';
import { z } from 'zod';
import { NOTHING_TOLD, toldProblemsSchema } from '../../hosts/told-problems.ts';
import { instantSchema } from '../../instant.ts';
import { declarationSchema } from '../../jobs/job.ts';
import { EXAMPLE_JOB_ID, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

/** The latest check that a host made of itself. */
export const hostCheckSchema = z.object({
  at: instantSchema,
  /** Whether the host can render, as far as it could check. */
  held: z.boolean(),
  parts: z.array(
    z.object({
      name: z.string(),
      /** Null if the host could not check this item; the sentence says why. */
      ok: z.boolean().nullable(),
      sentence: z.string(),
    }),
  ),
});

/** What a command found that a person ran on the host. */
export const hostReportSchema = z.object({
  /** By the host's own clock. */
  at: instantSchema,
  findings: z.array(
    z.object({
      name: z.string(),
      /** todo: a person must do what the sentence says. unknown: a person must look at the host. */
      state: z.enum(FINDING_STATES),
      sentence: z.string(),
    }),
  ),
}) satisfies z.ZodType<HostReport>;
export type WireHostReport = z.infer<typeof hostReportSchema>;

export const hostSchema = z.object({
  name: z.string(),
  /**
   * silent: not heard for longer than a lease. stopped: the daemon signed off. ending: the daemon
   * shuts down. problem: the host cannot render, and `problem` says why. draining: an admin drained
   * the host, and it ends its jobs. drained: it has none.
   */
  state: z.enum(HOST_STATES),
  jobs: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      progress: z.number(),
      /** The time left, as in the job. */
      timeLeftMs: z.int().nullable(),
      /** What its processes used at the latest sample; null before the first one. */
      usage: z.object({ cpuPercent: z.number(), memoryBytes: z.number() }).nullable(),
    }),
  ),
  lastHeardAt: instantSchema,
  slots: z.int(),
  /** The tags that the host offered at its last registration. It may claim jobs with these tags. */
  tags: z.array(z.string()),
  version: z.string(),
  /**
   * Node's name of the operating system, and the processor. `describePlatform` names both for
   * people.
   */
  platform: z.string(),
  /** When the machine booted; null if a worker of an older version registered the host. */
  bootedAt: instantSchema.nullable(),
  /**
   * The Windows session of the worker, in which After Effects starts; session 0 is for services.
   * Null on another system, or if the session is not known.
   */
  session: z.int().nullable(),
  /** The name of the renderer. A stand-in says in its name that it is one. */
  renderer: z.string(),
  standIn: z.boolean(),
  /** What holds a process tree on this host: cgroup, subreaper, jobObject or none. */
  container: z.string(),
  /** The user of renders; null: the worker's own user. `describeScriptReach` explains it. */
  renderUser: z.string().nullable(),
  /** The host's own login in the database; null: a shared login. `describeLogin` explains it. */
  databaseLogin: z.string().nullable(),
  /** True: that login has lost the name of this host, so it reaches nothing. */
  loginEnded: z.boolean(),
  /** Why the host takes no job now, even if it still renders one; null if it takes jobs. */
  problem: z.string().nullable(),
  /**
   * Who drained the host, when and why; null if it is not drained. A drained host takes no job,
   * also after a restart, until an admin lets it take jobs again.
   */
  drain: declarationSchema.extend({ reason: z.string().nullable() }).nullable(),
  /** Null until the host has made a check. */
  check: hostCheckSchema.nullable(),
  /**
   * Who asked the host to check itself, and when. Null if nobody has asked or the host has
   * answered.
   */
  checkAsked: z.object({ by: z.string(), at: instantSchema }).nullable(),
  /** What `worker prepare` found on the host; null until somebody has run it. */
  preparation: hostReportSchema.nullable(),
  /** Whether `worker selftest-kill` ended each hostile program; null until somebody has run it. */
  killTest: hostReportSchema.nullable(),
  /**
   * What the host put out in the last 30 days for jobs that a failover or a restore of the database
   * lost. `describeLostOutputs` explains them.
   */
  lostOutputs: z.array(
    z.object({
      jobId: z.string(),
      attemptId: z.string(),
      /** The final paths of its outputs, and the names of its modules that leave the host. */
      outputs: z.array(z.string()),
      /** False if the outputs may be out, and nobody knows more. */
      isSure: z.boolean(),
      at: instantSchema,
    }),
  ),
  freeBytes: z.number().nullable(),
  /** What the machine has for its programs; null if a worker of an older version registered it. */
  cpuCores: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  /** The number of scratch folders of ended attempts that could not be removed yet. */
  leftoverFolders: z.int(),
  /**
   * Processes with this host's owner tag and a tree marker of no known attempt; on Windows, After
   * Effects that no worker holds. They are shown, and never get a signal.
   */
  unclaimedProcesses: z.int(),
  /** Attempts under the host's name that may still run although they no longer hold their job. */
  openAttempts: z.int(),
  /** Stops that were requested on the host and are not proven yet. */
  openStops: z.int(),
  /** How the host's attempts of the last 24 hours ended, counted in steps of ten minutes. */
  today: z.object({ done: z.int(), failed: z.int(), stopped: z.int() }),
  /**
   * Who declared the host gone, when and why; null if nobody has, or if the host was heard since.
   */
  gone: declarationSchema.nullable(),
  /** The host that owns the name; null if a worker of an older version registered it. */
  hostId: z.uuid().nullable(),
  /** Who handed the name over, and when; null if nobody has, or if a host was heard since. */
  released: z.object({ by: z.string(), at: instantSchema }).nullable(),
});
export type WireHost = z.infer<typeof hostSchema>;

/** What PostgreSQL allows and what the farm uses. `describeSize` explains it. */
export const databaseSizeSchema = z.object({
  /** The setting max_connections, and how many of them PostgreSQL keeps for its operators. */
  maxConnections: z.int(),
  reservedConnections: z.int(),
  /** The connections of all programs to all databases of the server. */
  openConnections: z.int(),
  /** The APIs of the farm that listen, and the connections that they have open. */
  apis: z.int(),
  apiConnections: z.int(),
  /** The hosts whose statements do not share connections, and how many of them render. */
  directHosts: z.int(),
  renderingHosts: z.int(),
  /** The share of the notification queue that is full, from 0 to 1. */
  notificationQueue: z.number(),
}) satisfies z.ZodType<DatabaseSize>;

export const listHostsOutput = z.object({
  hosts: z.array(hostSchema),
  /** Unset if the server has an older version. */
  database: databaseSizeSchema.optional(),
  /** Unset if the server has an older version. */
  told: toldProblemsSchema.optional(),
});
export type ListHostsOutput = z.infer<typeof listHostsOutput>;

const usage = { cpuPercent: 1260, memoryBytes: 24_000_000_000 };
/** A host that the examples show. */
export const exampleHost: WireHost = {
  name: 'render-01',
  state: 'rendering',
  jobs: [{ id: EXAMPLE_JOB_ID, name: 'Intro', progress: 37.5, timeLeftMs: 360_000, usage }],
  lastHeardAt: exampleTime(20),
  slots: 1,
  tags: ['c4d'],
  version: '0.1.0',
  platform: 'linux x64',
  bootedAt: exampleTime(0),
  session: null,
  renderer: 'After Effects 2024',
  standIn: false,
  container: 'cgroup',
  renderUser: 'render',
  ...{ databaseLogin: 'host_ae-01', loginEnded: false },
  problem: null,
  drain: null,
  check: {
    at: exampleTime(15),
    held: true,
    parts: [{ name: 'renderer', ok: true, sentence: 'aerender version 24.0x55 starts.' }],
  },
  checkAsked: null,
  preparation: {
    at: exampleTime(2),
    findings: [
      { name: 'startup script', state: 'done', sentence: 'nexrender has written its script.' },
      { name: 'disk', state: 'ok', sentence: '120000 MB are free on the disk of D:\\scratch.' },
    ],
  },
  killTest: {
    at: exampleTime(3),
    findings: [{ name: 'grandchildren', state: 'ok', sentence: 'Ended, proof kernel, 12 ms.' }],
  },
  lostOutputs: [],
  freeBytes: 120_000_000_000,
  cpuCores: 24,
  memoryBytes: 68_719_476_736,
  ...{ leftoverFolders: 0, unclaimedProcesses: 0, openAttempts: 0, openStops: 0 },
  today: { done: 14, failed: 1, stopped: 2 },
  gone: null,
  hostId: '1f0c2a9e-6f0b-4f0e-9a53-0c6a3c1d7b11',
  released: null,
};

/** The size that the examples show. */
export const exampleSize: DatabaseSize = {
  ...{ maxConnections: 100, reservedConnections: 3, openConnections: 12 },
  ...{ apis: 1, apiConnections: 6, directHosts: 2, renderingHosts: 1, notificationQueue: 0 },
};

export const listHosts = {
  action: 'listHosts',
  output: listHostsOutput,
  rest: {
    method: 'GET',
    path: '/hosts',
    tag: 'hosts',
    summary: 'List render hosts',
    errors: [],
    example: { answer: { hosts: [exampleHost], database: exampleSize, told: NOTHING_TOLD } },
  },
} as const satisfies ProcedureSpec;

/** First sends all hosts, then each host that changes. */
export const onHostChange = {
  action: 'onHostChange',
  noRoute: 'Only the page shows hosts live; GET /api/hosts has the same facts.',
  noCommand: 'Only the page shows hosts live; ctl hosts list has the same facts.',
} as const satisfies ProcedureSpec;
