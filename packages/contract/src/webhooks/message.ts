import { CANCEL_OUTCOMES, JOB_STATUSES, MESSAGE_TYPES, OUTPUTS } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';

const jobFacts = z.object({
  id: z.uuid(),
  name: z.string(),
  status: z.enum(JOB_STATUSES),
  submittedBy: z.string(),
  /** The host on which the job ran last; null if it never ran. */
  host: z.string().nullable(),
  attempts: z.int(),
  createdAt: instantSchema,
  startedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  failure: z.string().nullable(),
  output: z.enum(OUTPUTS),
  /** What a person must know about the output; missing in messages of older versions. */
  warnings: z.array(z.string()).optional(),
});

const stopFacts = z.object({
  /** As in the cancel receipt. */
  outcome: z.enum(CANCEL_OUTCOMES),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  reason: z.string().nullable(),
  /** Hosts on which something of the job may still run. */
  mayRunOn: z.array(z.string()),
});

const hostFacts = z.object({
  name: z.string(),
  lastHeardAt: instantSchema,
  /** The jobs that the host held. They may still run there. */
  jobs: z.array(z.object({ id: z.uuid(), name: z.string() })),
});

const queueFacts = z.object({
  /** Since when jobs had waited while nothing rendered. */
  since: instantSchema,
  waiting: z.int(),
  rendering: z.int(),
});

/** The body of a message of the shape `renderdeck`. Its facts were true at `timestamp`. */
export const webhookMessageSchema = z.object({
  /** The same id at each try, which the header webhook-id has too. */
  id: z.string(),
  type: z.enum(MESSAGE_TYPES),
  timestamp: instantSchema,
  /** The page that shows the job, host or queue; null if the API does not know its address. */
  url: z.url().nullable(),
  data: z.object({
    job: jobFacts.optional(),
    stop: stopFacts.nullish(),
    host: hostFacts.optional(),
    queue: queueFacts.optional(),
    test: z.object({ by: z.string() }).optional(),
  }),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;
