import type { BenchFarm } from './bench-farm.ts';
import { measureCancelQueued } from './entries/cancel-queued.ts';
import { measureCancelRunning } from './entries/cancel-running.ts';
import { measureChurn } from './entries/churn.ts';
import { measureClaim } from './entries/claim.ts';
import { measureCounts } from './entries/counts.ts';
import { measureDelayed } from './entries/delayed.ts';
import { measureFanOut } from './entries/fan-out.ts';
import { measureIdleDaemon } from './entries/idle-daemon.ts';
import { measureNexrenderServer } from './entries/nexrender-server.ts';
import { measureOverhead } from './entries/overhead.ts';
import { measurePriorityRate } from './entries/priority-rate.ts';
import { measureRestDepth } from './entries/rest-depth.ts';
import { measureScrolling } from './entries/scrolling.ts';
import { measureSetPriority } from './entries/set-priority.ts';
import { measureSignIn } from './entries/sign-in.ts';
import { measureSoak } from './entries/soak.ts';
import { measureStart } from './entries/start.ts';
import { measureSubmit } from './entries/submit.ts';
import { measureTags } from './entries/tags.ts';
import { measureWakeUps } from './entries/wake-ups.ts';
import { measureFind } from './find.ts';
import type { Finding } from './finding.ts';
import { measureRequestPath } from './request-path.ts';
import type { Sizes } from './sizes.ts';

/** One thing to measure: one section of docs/benchmarks.md, one file of entries/. */
export type Entry = {
  readonly name: string;
  /** What a reader of the table must know. */
  readonly about: string;
  readonly measure: (farm: BenchFarm, sizes: Sizes) => Promise<Finding[]>;
};

export const ENTRIES: readonly Entry[] = [
  {
    name: 'submit',
    about:
      'Submits with one client, with four, and many at once. pg-boss, graphile-worker and BullMQ ' +
      'have a call for many jobs. Renderdeck has none, because each of its jobs has an answer, ' +
      'an audit line and a change for the streams.',
    measure: measureSubmit,
  },
  {
    name: 'claim',
    about:
      'Four clients claim and finish jobs, with others behind. Renderdeck keeps the ended job, ' +
      'its attempt and two lines of history; graphile-worker deletes the job. Before the first ' +
      'round each way runs once and all databases are analyzed. BullMQ is measured up to 100,000 ' +
      'jobs.',
    measure: measureClaim,
  },
  {
    name: 'start',
    about:
      'From the submission to the start, with an idle worker. Renderdeck: a daemon in a process ' +
      'of its own, until its claim. The others: their worker in the process of the bench, until ' +
      'the first line of the handler; pg-boss with LISTEN instead of its default polling.',
    measure: measureStart,
  },
  {
    name: 'set-priority',
    about:
      'Renderdeck gives two exact positions, an audit line and a change for the streams. ' +
      'graphile-worker (`rescheduleJobs`), pg-boss (`update`) and BullMQ (`changePriority`) ' +
      'write the number and know no positions.',
    measure: measureSetPriority,
  },
  {
    name: 'priority-rate',
    about:
      'Changes of priority a second from twenty clients, each with exact positions. Those that ' +
      'come at once share a transaction; `each by itself` has one of its own, as with twenty API ' +
      'servers. graphile-worker writes the number and knows no positions.',
    measure: measurePriorityRate,
  },
  {
    name: 'delayed',
    about:
      'A change of priority over a network: a proxy delays each direction. Reading, locking and ' +
      'deciding take one round trip, saving and COMMIT another one.',
    measure: measureDelayed,
  },
  {
    name: 'counts',
    about:
      'Exact positions from folded counts, in the database alone: against a count of the same ' +
      'jobs, while an old snapshot keeps vacuum from its work, and with keys far apart. The ' +
      'autovacuum is the default one.',
    measure: measureCounts,
  },
  {
    name: 'cancel-queued',
    about: 'The cancel of a job that waits. BullMQ removes it, graphile-worker deletes it.',
    measure: measureCancelQueued,
  },
  {
    name: 'cancel-running',
    about:
      'From the commit of the request to the proof that no process is left, against the least ' +
      'that this database and kernel need for a cancel; then until the slot has its next job. ' +
      'pg-boss marks the row of a job, and its worker goes on.',
    measure: measureCancelRunning,
  },
  {
    name: 'wake-ups',
    about:
      'What one new job costs a farm of idle hosts: how many of them try to claim it. One ' +
      'process plays all hosts, each with a listening connection of its own.',
    measure: measureWakeUps,
  },
  {
    name: 'tags',
    about:
      'One claim, with jobs in front that need a tag. A host without tags may have none of them, ' +
      'and must not read them.',
    measure: measureTags,
  },
  {
    name: 'rest-depth',
    about: 'What a person does over REST, with a small queue and with a large one.',
    measure: measureRestDepth,
  },
  {
    name: 'nexrender-server',
    about:
      'The same requests to nexrender-server and to the /api/v1 of Renderdeck. nexrender-server ' +
      'keeps all jobs in memory and writes them all to one file after each answer. Renderdeck ' +
      'checks a token, asks PostgreSQL, and writes history and audit.',
    measure: measureNexrenderServer,
  },
  {
    name: 'find',
    about: 'Lists of jobs by each kind of filter; half of the jobs wait, the others have ended.',
    measure: (farm, { large, renders }) => measureFind(farm, large, renders),
  },
  {
    name: 'scrolling',
    about: 'The page scrolls through a queue of 100,000 jobs, in turn with an empty page.',
    measure: measureScrolling,
  },
  {
    name: 'request-path',
    about:
      'Answers of the API a second, against a bare route of Fastify and postgres.js with one ' +
      'prepared statement and the same bytes out.',
    measure: measureRequestPath,
  },
  {
    name: 'sign-in',
    about: 'A refused sign-in must not show by its time whether the user exists.',
    measure: measureSignIn,
  },
  {
    name: 'overhead',
    about: 'What Renderdeck adds to a render by @nexrender/core alone.',
    measure: measureOverhead,
  },
  {
    name: 'idle-daemon',
    about: 'CPU and memory of an idle worker and its child processes.',
    measure: measureIdleDaemon,
  },
  {
    name: 'fan-out',
    about: 'Clients that follow all changes over WebSockets, from one API process.',
    measure: measureFanOut,
  },
  {
    name: 'soak',
    about:
      'Everything at once, with one API process: submits, changes, cancels, claims, ends, lists, ' +
      'and clients that follow. Workers use the operations, without a render.',
    measure: measureSoak,
  },
  {
    name: 'churn',
    about:
      'Jobs go through a queue that keeps its length, with the default autovacuum. Ended jobs ' +
      'and changes are deleted after seconds, as a farm does after days.',
    measure: measureChurn,
  },
];
