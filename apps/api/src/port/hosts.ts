import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireHost } from './to-wire.ts';

/** The part of the port that is about render hosts. */
export function hostsPort(
  db: Database,
): Pick<AdminPort, 'listHosts' | 'declareHostGone' | 'releaseHost'> {
  const show = async (name: string) => {
    const host = (await operations.listHostViews(db)).find((view) => view.name === name);
    if (host === undefined) throw new Error(`host ${name} vanished after it was changed`);
    return wireHost(host);
  };
  return {
    listHosts: async () => ({ hosts: (await operations.listHostViews(db)).map(wireHost) }),

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
