import { z } from 'zod';

/** A point in time as ISO 8601 text in UTC, with milliseconds. */
export const instant = z.iso.datetime({ error: 'A time is ISO 8601 text in UTC, such as 2026-03-01T12:00:00.000Z.' });
