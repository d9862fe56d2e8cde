/**
 * How long an admin's action waits for another transaction that holds its job, its host or the
 * order of the queue. Then it fails (55P03), and nothing has changed.
 */
export const MOST_WAIT_MS = 10_000;
