import { customType, timestamp } from 'drizzle-orm/pg-core';

/** A point in time by the database's clock, to the millisecond: what JavaScript can hold, so that it comes back as it went in. */
export const instant = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** A transaction's number, never used twice in one cluster. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });
