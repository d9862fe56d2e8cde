import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireHost } from './to-wire.ts';

/** The part of the port that is about render hosts. */
export function hostsPort(db: Database): Pick<AdminPort, 'listHosts' | 'declareHostGone'> {
  return {
    listHosts: async () => ({ hosts: (await operations.listHostViews(db)).map(wireHost) }),

    async declareHostGone(requestContext, { name, reason }) {
      const context = adminContext(db, requestContext);
      const { declared } = doneOrThrow(await operations.declareHostGone(context, { name, reason }));
      const host = (await operations.listHostViews(db)).find((view) => view.name === name);
      if (host === undefined) throw new Error(`host ${name} vanished after it was declared gone`);
      return { host: wireHost(host), declared: [...declared] };
    },
  };
}
