import { wireMeasures } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';

/** The part of the port that measures. */
export function measuresPort(db: Database): Pick<AdminPort, 'getMeasures'> {
  return {
    getMeasures: async (_requestContext, { range }) =>
      wireMeasures(range, await operations.getMeasures({ db }, { range })),
  };
}
