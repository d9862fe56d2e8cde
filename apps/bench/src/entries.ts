import type { BenchFarm } from './bench-farm.ts';
import { measureCancelQueued } from './entries/cancel-queued.ts';
import { measureCancelRunning } from './entries/cancel-running.ts';
import { measureChurn } from './entries/churn.ts';
import { measureClaim } from './entries/claim.ts';
import { measureCounts } from './entries/counts.ts';
import { measureDelayed } from './entries/delayed.ts';
import { ESTIMATES_USAGE, measureEstimates } from './entries/estimates.ts';
import { measureFanOut } from './entries/fan-out.ts';
import { measureFarms } from './entries/farm.ts';
import { measureFirstVisit } from './entries/first-visit.ts';
import { measureIdleDaemon } from './entries/idle-daemon.ts';
import { measureJobSize } from './entries/job-size.ts';
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
import { FARM_USAGE } from './farm/farm-load.ts';
import { measureFind } from './find.ts';
import type { Finding } from './finding.ts';
import { measureRequestPath } from './request-path.ts';
import type { Sizes } from './sizes.ts';

/** One thing to measure. It has one section in docs/benchmarks.md and one file in entries/. */
export type Entry = {
  readonly name: string;
  /** What a reader of the table must know. */
  readonly about: string;
  /** The options that this entry has; none by default. */
  readonly options?: string;
  readonly measure: (
    farm: BenchFarm,
    sizes: Sizes,
    options: readonly string[],
  ) => Promise<Finding[]>;
};

export const ENTRIES: readonly Entry[] = [
  {
    name: 'submit',
    about:
      'Submits jobs with one client, with four clients, and many jobs at once. pg-boss, ' +
      'graphile-worker and BullMQ have a call that submits many jobs. Renderdeck has none, ' +
      'because each job gets its own answer, audit line and change for the streams.',
    measure: measureSubmit,
  },
  {
    name: 'claim',
    about:
      'Four clients claim and finish jobs while other jobs wait behind these. Renderdeck ' +
      'keeps the ended job, its attempt and two lines of history; graphile-worker deletes ' +
      'the job. Before the first round each way runs once, and all databases are analyzed. ' +
      'BullMQ is measured with at most 100,000 jobs.',
    measure: measureClaim,
  },
  {
    name: 'start',
    about:
      'The time from the submission of a job to its start, with an idle worker. Renderdeck: ' +
      'until the claim by a daemon in its own process. The others: until the first line of ' +
      'the handler, with their worker in the process of the bench. pg-boss uses LISTEN ' +
      'instead of its default polling.',
    measure: measureStart,
  },
  {
    name: 'set-priority',
    about:
      'A change of priority in Renderdeck returns two exact positions and writes an audit ' +
      'line and a change for the streams. graphile-worker (`rescheduleJobs`), pg-boss ' +
      '(`update`) and BullMQ (`changePriority`) write only the number and know no positions.',
    measure: measureSetPriority,
  },
  {
    name: 'priority-rate',
    about:
      'Changes of priority per second by twenty clients, each with exact positions. Changes ' +
      'that come at the same time share a transaction. In the rows `each by itself` every ' +
      'change has its own transaction, as with twenty API servers. graphile-worker writes ' +
      'only the number and knows no positions.',
    measure: measurePriorityRate,
  },
  {
    name: 'delayed',
    about:
      'A change of priority over a network, which a proxy simulates: it delays each ' +
      'direction. The change waits seven times for the database: BEGIN, lock and read, the ' +
      'queue-order lock, save, count and audit, read again, COMMIT.',
    measure: measureDelayed,
  },
  {
    name: 'counts',
    about:
      'Exact positions from the folded counts of the queue, only in the database: compared ' +
      'with a count of the same jobs, while an old snapshot prevents vacuum from removing ' +
      'rows, and with queue keys far apart. Autovacuum has its default settings.',
    measure: measureCounts,
  },
  {
    name: 'cancel-queued',
    about: 'The cancel of a waiting job. BullMQ removes the job, graphile-worker deletes it.',
    measure: measureCancelQueued,
  },
  {
    name: 'cancel-running',
    about:
      'The time from the commit of the request to the proof that no process is left, ' +
      'compared with the shortest time that this database and kernel need for a cancel. Then ' +
      'the time until the slot has its next job. pg-boss only marks the row of the job, and ' +
      'its worker goes on.',
    measure: measureCancelRunning,
  },
  {
    name: 'wake-ups',
    about:
      'What one new job costs a farm of idle hosts: how many of the hosts try to claim it. ' +
      'One process simulates all hosts. Each host has its own listening connection.',
    measure: measureWakeUps,
  },
  {
    name: 'tags',
    about:
      'One claim while jobs at the front of the queue need a tag. A host without tags may ' +
      'claim none of these jobs, and must not read them.',
    measure: measureTags,
  },
  {
    name: 'rest-depth',
    about: 'The requests of a person over REST, with a small queue and with a large one.',
    measure: measureRestDepth,
  },
  {
    name: 'job-size',
    about: 'A read over REST of a small job, and of a large one that was read before.',
    measure: measureJobSize,
  },
  {
    name: 'nexrender-server',
    about:
      'The same requests to nexrender-server and to /api/v1 of Renderdeck. nexrender-server ' +
      'keeps all jobs in memory, and writes all of them to one file after each answer. ' +
      'Renderdeck checks a token, asks PostgreSQL, and writes history and audit.',
    measure: measureNexrenderServer,
  },
  {
    name: 'find',
    about: 'Lists of jobs with each kind of filter. Half of the jobs wait, the others have ended.',
    measure: (farm, { large, renders }) => measureFind(farm, large, renders),
  },
  {
    name: 'estimates',
    about:
      'Starts and ends of jobs against simulated nights: how many are in the range that was ' +
      'said, and how wide it was. `--seed N` gives other nights. Then what estimates add to the ' +
      'read of a page of the queue, in the database.',
    options: ESTIMATES_USAGE,
    measure: measureEstimates,
  },
  {
    name: 'scrolling',
    about: 'The page scrolls through a queue of 100,000 jobs. An empty page takes turns with it.',
    measure: measureScrolling,
  },
  {
    name: 'first-visit',
    about:
      'The first visit of somebody who is signed in: empty cache, a processor slowed down 4 × ' +
      'and a network of 6.4 Mbit/s with 20 ms of delay, both simulated by Chromium.',
    measure: measureFirstVisit,
  },
  {
    name: 'request-path',
    about:
      'Answers of the API per second, compared with a bare route of Fastify and postgres.js ' +
      'that runs one prepared statement and sends the same bytes.',
    measure: measureRequestPath,
  },
  {
    name: 'sign-in',
    about: 'The time of a refused sign-in must not show whether the user exists.',
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
    about: 'Many clients follow all changes over WebSockets, from one API process.',
    measure: measureFanOut,
  },
  {
    name: 'soak',
    about:
      'Everything at once, with one API process: submits, changes, cancels, claims, ends, ' +
      'lists, and clients that follow all changes. The workers call the operations without ' +
      'rendering.',
    measure: measureSoak,
  },
  {
    name: 'farm',
    about:
      'A whole farm, with one API process and one PostgreSQL: hosts with the loops of real ' +
      'workers that render nothing, pages that follow, and acts of admins over HTTP. Hosts and ' +
      'pages are on the same cores, in processes of their own. docs/sizing.md has more sizes.',
    options: FARM_USAGE,
    measure: (_farm, sizes, options) => measureFarms(sizes, options),
  },
  {
    name: 'churn',
    about:
      'Many jobs go through a queue that keeps its length, with the default autovacuum. ' +
      'Ended jobs and changes are deleted after some seconds, as a farm deletes them after ' +
      'some days.',
    measure: measureChurn,
  },
];
