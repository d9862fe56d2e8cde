/*
 * The promises of AdminPort, as tests. The real port on a database and the fake port both run them,
 * because other tests rely on the fake port.
 */
import { afterEach, beforeEach, describe, test } from 'vitest';
import { access } from './admin-port/access.ts';
import { auditLog } from './admin-port/audit.ts';
import { cancel } from './admin-port/cancel.ts';
import { drains } from './admin-port/drains.ts';
import { findJobs } from './admin-port/find-jobs.ts';
import { openFixture, type PortFixture, type PortUnderTest } from './admin-port/fixture.ts';
import { hosts } from './admin-port/hosts.ts';
import { jobs } from './admin-port/jobs.ts';
import { joins } from './admin-port/joins.ts';
import { liveChanges } from './admin-port/live-changes.ts';
import { priority } from './admin-port/priority.ts';
import { runAgain } from './admin-port/run-again.ts';

const SUBJECTS = {
  jobs,
  findJobs,
  runAgain,
  cancel,
  priority,
  drains,
  hosts,
  joins,
  liveChanges,
  access,
  auditLog,
} as const;

export function describeAdminPort(name: string, open: () => Promise<PortUnderTest>): void {
  describe.each(Object.entries(SUBJECTS))(`${name}: %s`, (_subject, promises) => {
    let fixture: PortFixture;
    beforeEach(async () => {
      fixture = await openFixture(open);
    });
    afterEach(() => fixture.close());

    test.each(Object.entries(promises))('%s', (_title, run) => run(fixture));
  });
}
