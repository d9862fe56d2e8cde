import type { WireHost } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { readAfterChange } from '../translate-connection-error.ts';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireHost } from './to-wire.ts';

/** The part of the port for render hosts. */
export function hostsPort(
  db: Database,
  live: Pick<LiveFeeds, 'followHosts' | 'hostReader'>,
): Pick<AdminPort, 'listHosts' | 'checkHost' | 'declareHostGone' | 'releaseHost'> {
  const show = async (name: string) => {
    const hosts = await readAfterChange(() => live.hostReader.read(db));
    const host = hosts.find((view) => view.name === name);
    if (host === undefined) throw new Error(`host ${name} vanished after it was changed`);
    return wireHost(host);
  };
  return {
    async listHosts() {
      const views = await live.hostReader.read(db);
      return { hosts: views.map(wireHost), database: await operations.readDatabaseSize(db) };
    },

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

/** True if a check has ended that was asked for at `askedAt` or later. */
function isAnswered({ check, checkAsked }: WireHost, askedAt: Date): boolean {
  return checkAsked === null && check !== null && Date.parse(check.at) >= askedAt.getTime();
}
