import type { WireHost } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import { readToldProblems } from '@renderdeck/operations/extras';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { shareEqualReads } from '../share-equal-reads.ts';
import { readAfterChange } from '../translate-connection-error.ts';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireHost } from './to-wire.ts';

type Ended = 'declareHostGone' | 'releaseHost';
type HostsPort = Pick<
  AdminPort,
  'listHosts' | 'listAttempts' | 'checkHost' | 'drainHost' | 'resumeHost' | Ended
>;

/** The part of the port for render hosts. */
export function hostsPort(
  db: Database,
  live: Pick<LiveFeeds, 'followHosts' | 'hostReader'>,
): HostsPort {
  const show = async (name: string) => {
    const hosts = await readAfterChange(() => live.hostReader.read(db));
    const host = hosts.find((view) => view.name === name);
    if (host === undefined) throw new Error(`host ${name} vanished after it was changed`);
    return wireHost(host);
  };
  // Pages ask for the same times, because they round them.
  const readAttempts = shareEqualReads(async ({ from, to }: { from: string; to: string }) => {
    const time = { from: new Date(from), to: new Date(to) };
    const { attempts, cutAt } = await operations.listAttempts({ db }, time);
    return { attempts: [...attempts], cutAt };
  });
  return {
    async listHosts() {
      const hosts = (await live.hostReader.read(db)).map(wireHost);
      const database = await operations.readDatabaseSize(db);
      return { hosts, database, told: await toldProblems(db) };
    },

    listAttempts: (_requestContext, { from, to }) => readAttempts({ from, to }),

    ...drainsPort(db, show),

    async checkHost(requestContext, { name, waitMs, signal }) {
      const end = new AbortController();
      const timer = setTimeout(() => end.abort(), waitMs);
      const over = signal === undefined ? end.signal : AbortSignal.any([end.signal, signal]);
      // Follow the hosts before the request, because the answer may come at once.
      const changes = live.followHosts(over);
      try {
        const context = adminContext(db, requestContext);
        const { askedAt } = doneOrThrow(await operations.checkHost(context, { name }));
        for await (const host of changes)
          if (host.name === name && isAnswered(host, askedAt)) break;
        const host = await show(name);
        return { host, finished: isAnswered(host, askedAt) };
      } finally {
        clearTimeout(timer);
        end.abort();
      }
    },

    async declareHostGone(requestContext, { name, reason }) {
      const context = adminContext(db, requestContext);
      const { declared } = doneOrThrow(await operations.declareHostGone(context, { name, reason }));
      return { host: await show(name), declared: [...declared] };
    },

    async releaseHost(requestContext, { name, reason }) {
      const context = adminContext(db, requestContext);
      doneOrThrow(await operations.releaseHost(context, { name, reason }));
      return { host: await show(name) };
    },
  };
}

async function toldProblems(db: Database) {
  const { silentHosts, ...told } = await readToldProblems(db);
  return { ...told, silentHosts: [...silentHosts] };
}

/** Drains of hosts and their ends. */
function drainsPort(
  db: Database,
  show: (name: string) => Promise<WireHost>,
): Pick<AdminPort, 'drainHost' | 'resumeHost'> {
  return {
    async drainHost(requestContext, { name, reason = '' }) {
      const context = adminContext(db, requestContext);
      const input = { name, reason: reason === '' ? null : reason };
      const { changed } = doneOrThrow(await operations.drainHost(context, input));
      return { host: await show(name), changed };
    },

    async resumeHost(requestContext, { name }) {
      const context = adminContext(db, requestContext);
      const { changed } = doneOrThrow(await operations.resumeHost(context, { name }));
      return { host: await show(name), changed };
    },
  };
}

/** True if a check has ended that was asked for at `askedAt` or later. */
function isAnswered({ check, checkAsked }: WireHost, askedAt: Date): boolean {
  return checkAsked === null && check !== null && Date.parse(check.at) >= askedAt.getTime();
}
