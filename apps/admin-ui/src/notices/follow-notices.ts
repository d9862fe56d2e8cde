/*
 * Notices of the browser. Jobs come from the live feed, which starts when the page opens and goes
 * on after the last change that it saw. Silent hosts and a stuck queue come from the list of hosts:
 * what the first answer says was so before the page was open. Each notice is shown once, in one
 * tab (tell-once.ts).
 */
import {
  isStopping,
  JOB_STATUSES,
  PROOF_LIMIT_MS,
  type ToldProblems,
  type WireJob,
} from '@renderdeck/contract';
import { QueryObserver } from '@tanstack/react-query';
import type { Api } from '../api/api.ts';
import { listHostsOptions } from '../api/list-hosts.ts';
import { visibleSentence } from '../components/sentence.ts';
import type { JobChange } from '../live/change-feed.ts';
import {
  describeChange,
  describeLateStop,
  describeQueue,
  describeSilences,
  type Notice,
} from './describe-notice.ts';
import { readNoticePermission } from './notice-permission.ts';
import { readNoticeSettings } from './notice-settings.ts';
import { takeUntold } from './tell-once.ts';

/** What a click on a notice opens. */
type Open = {
  job(id: string): void;
  host(name: string): void;
  queue(show: 'active' | 'ended'): void;
};
type Pending = { readonly notice: Notice; readonly open: () => void };

/** Changes of one moment are shown together, and more than a few as one notice. */
const TOGETHER_MS = 500;
const MOST_AT_ONCE = 4;
const ASK_EVERY_MS = 15_000;

/** Shows notices until the returned function is called. */
export function followNotices(api: Api, user: string, open: Open): () => void {
  const pile = collectNotices(() => open.queue('ended'));
  const ends = [
    followJobs(api, (job, notice) => {
      if (notice !== null && isWanted(notice, user, job))
        pile.add({ notice, open: () => open.job(job.id) });
    }),
    followProblems(api, (notice, show) => {
      if (isWanted(notice, user, null)) pile.add({ notice, open: () => show(open) });
    }),
    pile.end,
  ];
  return () => {
    for (const end of ends) end();
  };
}

function followJobs(
  { changes, client, clock, jobs }: Api,
  tell: (job: WireJob, notice: Notice | null) => void,
): () => void {
  const late = new Map<string, ReturnType<typeof setTimeout>>();
  let isOver = false;
  const watchStop = ({ id, receipt }: WireJob) => {
    if (isOver || receipt === null) return;
    clearTimeout(late.get(id));
    const end = () => {
      late.delete(id);
      const now = jobs.get(id);
      if (now !== undefined) tell(now, describeLateStop(now));
    };
    const lateAt = Date.parse(receipt.requestedAt) + PROOF_LIMIT_MS;
    late.set(id, setTimeout(end, Math.max(0, lateAt - clock.now())));
  };
  const unsubscribe = changes.subscribe(({ change }: JobChange) => {
    const { job, previousStatus } = change;
    tell(job, describeChange(job, previousStatus));
    if (isStopping(job.status)) watchStop(job);
  });
  // A stop that was asked before the page was open is told too: it still waits for somebody.
  const status = JOB_STATUSES.find(isStopping);
  const stopping = client.listJobs.query({ status, limit: 500 });
  stopping.then(
    (answer) => {
      jobs.put(answer.jobs);
      answer.jobs.forEach(watchStop);
    },
    () => {}, // the page itself says that it has no connection
  );
  return () => {
    isOver = true;
    unsubscribe();
    for (const timer of late.values()) clearTimeout(timer);
  };
}

/**
 * A hidden tab asks too: notices are for people who look elsewhere. It asks by a timer of its own,
 * because each change of a host that the live stream brings puts off the interval of the query.
 */
function followProblems(
  api: Api,
  tell: (notice: Notice, show: (open: Open) => void) => void,
): () => void {
  const observer = new QueryObserver(api.queryClient, listHostsOptions(api));
  const timer = setInterval(() => void observer.refetch({ cancelRefetch: false }), ASK_EVERY_MS);
  let before: ToldProblems | undefined = observer.getCurrentResult().data?.told;
  const unsubscribe = observer.subscribe(({ data }) => {
    const now = data?.told;
    if (now === undefined || now === before) return;
    if (before !== undefined) {
      for (const { name, notice } of describeSilences(before, now, data?.hosts ?? []))
        tell(notice, (open) => open.host(name));
      const queue = describeQueue(before, now);
      if (queue !== null) tell(queue, (open) => open.queue('active'));
    }
    before = now;
  });
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}

/** Whether this person asked for the notice. `job`: what it is about, if that is a job. */
function isWanted({ kind }: Notice, user: string, job: WireJob | null): boolean {
  const { on, own, failed, unproven, followed, hostSilent, queueStuck } = readNoticeSettings();
  if (!on || readNoticePermission()?.granted !== true) return false;
  if (kind === 'hostSilent') return hostSilent;
  if (kind === 'queueStuck') return queueStuck;
  if (job === null) return false;
  if (followed.includes(job.id) || (own && job.submittedBy === user)) return true;
  return (kind === 'failed' && failed) || (kind === 'notProven' && unproven);
}

function collectNotices(openAll: () => void) {
  let pending: Pending[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = async () => {
    timer = undefined;
    const taken = pending;
    pending = [];
    const untold = await takeUntold(taken.map(({ notice }) => notice.key));
    const notices = taken.filter(({ notice }) => untold.includes(notice.key));
    if (notices.length <= MOST_AT_ONCE) for (const one of notices) show(one);
    else show(summaryOf(notices, openAll));
  };
  return {
    add(one: Pending) {
      if (pending.some(({ notice }) => notice.key === one.notice.key)) return;
      pending.push(one);
      timer ??= setTimeout(() => void flush(), TOGETHER_MS);
    },
    end: () => clearTimeout(timer),
  };
}

function summaryOf(notices: readonly Pending[], open: () => void): Pending {
  const titles = notices.slice(0, MOST_AT_ONCE).map(({ notice }) => notice.title);
  const more = notices.length - titles.length;
  const body = [...titles, `and ${more} more`].join('\n');
  const key = notices.map(({ notice }) => notice.key).join();
  return { notice: { key, kind: 'ended', title: `${notices.length} notices`, body }, open };
}

function show({ notice: { title, body, key }, open }: Pending): void {
  const lines = body.split('\n').map(visibleSentence).join('\n');
  const shown = new Notification(visibleSentence(title), { body: lines, tag: key });
  shown.onclick = () => {
    window.focus();
    shown.close();
    open();
  };
}
