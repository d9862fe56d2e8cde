import { z } from 'zod';

/** A point in time as ISO 8601 text in UTC, with milliseconds. */
export const instant = z.iso.datetime();
