import { z } from 'zod';

const TIME = 'A time is ISO 8601 text in UTC, such as 2026-03-01T12:00:00.000Z.';

/** A time as ISO 8601 text in UTC, with milliseconds. PostgreSQL has no year 0. */
export const instantSchema = z.iso
  .datetime({ error: TIME })
  .refine((text) => !text.startsWith('0000'), { error: TIME });
