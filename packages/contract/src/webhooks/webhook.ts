import { WEBHOOK_EVENTS, WEBHOOK_SHAPES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { exampleTime } from '../procedures/examples.ts';
import { userNameSchema } from '../session/session.ts';
import { isStorable, NOT_STORABLE } from '../storable.ts';

const NAME =
  'The name of a webhook has 1 to 64 letters, digits, spaces or . _ @ -, starts with a letter or ' +
  'digit and ends with no space.';
export const webhookNameSchema = z
  .string({ error: NAME })
  .refine((name) => userNameSchema.safeParse(name).success, { error: NAME });

const ADDRESS =
  'An address is a URL with http or https, without a user and a password, of at most 2000 ' +
  'characters.';
export const webhookAddressSchema = z
  .string({ error: ADDRESS })
  .max(2000, { error: ADDRESS })
  .refine(isAddress, { error: ADDRESS })
  .refine(isStorable, { error: NOT_STORABLE });

const SECRET =
  'A secret of a callback is whsec_ and 24 to 64 bytes in base64. Without one, the API makes it.';
export const callbackSecretSchema = z.string({ error: SECRET }).refine(isSecret, { error: SECRET });

const EVENTS = `events lists one or more of ${WEBHOOK_EVENTS.join(', ')}, each once.`;
const filterSchema = (what: string) => {
  const error = `${what} has 1 to 200 characters, or is null.`;
  return z
    .string({ error })
    .min(1, { error })
    .max(200, { error })
    .refine(isStorable, { error: NOT_STORABLE })
    .nullable();
};

export const webhookSettings = {
  address: webhookAddressSchema,
  events: z
    .array(z.enum(WEBHOOK_EVENTS, { error: EVENTS }), { error: EVENTS })
    .min(1, { error: EVENTS })
    .refine((events) => new Set(events).size === events.length, { error: EVENTS }),
  /** Only jobs that this user or token submitted. */
  submittedBy: filterSchema('submittedBy'),
  /** Only jobs with this text in their name; upper and lower case are the same. */
  namePart: filterSchema('namePart'),
  /** Only jobs that ran on this host, and times when this host was silent. */
  host: filterSchema('host'),
  shape: z.enum(WEBHOOK_SHAPES, { error: `shape is one of ${WEBHOOK_SHAPES.join(', ')}.` }),
};

export const webhookSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  ...webhookSettings,
  createdBy: z.string(),
  createdAt: instantSchema,
  /** Why and since when the webhook sends nothing; null if it sends. */
  disabled: z.object({ at: instantSchema, reason: z.string() }).nullable(),
  /** How many messages wait for their next try, and how many were given up. */
  waiting: z.int(),
  givenUp: z.int(),
  /** The latest try of any message; null if there was none. */
  lastTry: z
    .object({ at: instantSchema, status: z.int().nullable(), error: z.string().nullable() })
    .nullable(),
});
export type WireWebhook = z.infer<typeof webhookSchema>;

/** A webhook that the examples show. */
export const exampleWebhook: WireWebhook = {
  id: '7b1c0a5e-2f43-4d0e-9f57-6d1f0c9b2a10',
  name: 'night shift',
  address: 'https://desk.example/renderdeck',
  events: ['failed', 'notProven', 'hostSilent'],
  submittedBy: null,
  namePart: 'spot',
  host: null,
  shape: 'renderdeck',
  createdBy: 'ada',
  createdAt: exampleTime(0),
  disabled: null,
  waiting: 0,
  givenUp: 0,
  lastTry: { at: exampleTime(0), status: 204, error: null },
};

/** The form of Standard Webhooks, so that receivers can check messages with their libraries. */
function isSecret(text: string): boolean {
  const base64 = text.replace(/^whsec_/, '');
  if (base64 === text || !z.base64().safeParse(base64).success) return false;
  const bytes = (base64.replace(/=+$/, '').length * 3) / 4;
  return bytes >= 24 && bytes < 65;
}

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
