import {
  type AuditValues,
  describeChange,
  type WebhookEvent,
  type WebhookShape,
} from '@renderdeck/domain';
import { inTransaction } from '@renderdeck/store';
import {
  countWebhooks,
  deleteWebhookRow,
  insertWebhook,
  lockWebhook,
  saveWebhook,
  saveWebhookSecret,
  type WebhookRow,
} from '@renderdeck/store/extras';
import { type AdminContext, audit, DONE, type Result, reject } from '../operation-context.ts';
import { makeWebhookSecret } from '../webhook-secret.ts';

/** Each webhook is read at every change that ends a job, so their number is limited. */
const MOST_WEBHOOKS = 50;

export type WebhookSettings = {
  readonly address: string;
  readonly events: readonly WebhookEvent[];
  readonly submittedBy: string | null;
  readonly namePart: string | null;
  readonly host: string | null;
  readonly shape: WebhookShape;
};

/** Creates a webhook and returns its secret, only this once. */
export async function createWebhook(
  context: AdminContext,
  input: WebhookSettings & { readonly name: string },
): Promise<Result<{ readonly secret: string }>> {
  const { requestContext } = context;
  const secret = makeWebhookSecret();
  return await inTransaction(context.db, async (tx): Promise<Result<{ secret: string }>> => {
    if ((await countWebhooks(tx)) >= MOST_WEBHOOKS)
      return reject({ code: 'tooManyWebhooks', most: MOST_WEBHOOKS });
    const webhook = { ...input, id: context.newId(), createdBy: requestContext.actor.name };
    const row = await insertWebhook(tx, webhook, secret);
    if (row === null) return reject({ code: 'nameTaken', of: 'webhook', name: input.name });
    await audit(tx, requestContext, {
      action: 'createWebhook',
      outcome: 'done',
      after: auditedValues(row),
    });
    return { ok: true, secret };
  });
}

type Optional<Settings> = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

export type WebhookChange = Optional<WebhookSettings> & {
  readonly name: string;
  readonly disabled?: boolean | undefined;
  readonly newSecret?: boolean | undefined;
};

/**
 * Changes a webhook. Waiting messages go to the address that the webhook has when they are sent. A
 * new secret is returned only this once, and signs from the next try on.
 */
export async function updateWebhook(
  context: AdminContext,
  { name, disabled, newSecret: wantsSecret = false, ...settings }: WebhookChange,
): Promise<Result<{ readonly secret: string | null }>> {
  const { requestContext } = context;
  return await inTransaction(context.db, async (tx): Promise<Result<{ secret: string | null }>> => {
    const before = await lockWebhook(tx, name);
    if (before === null) return reject({ code: 'unknownWebhook', name });
    const secret = wantsSecret ? makeWebhookSecret() : null;
    // A pause that one address asked for does not apply to another address.
    const isMoved = settings.address !== undefined && settings.address !== before.address;
    const change = {
      ...withoutMissing(settings),
      ...switched(before, disabled, requestContext),
      ...(isMoved ? { pausedUntil: null } : {}),
    };
    const after = { ...before, ...change };
    const changed = describeChange(auditedValues(before), auditedValues(after));
    if (Object.keys(change).length > 0) await saveWebhook(tx, before.id, change);
    if (secret !== null) await saveWebhookSecret(tx, before.id, secret);
    await audit(tx, requestContext, {
      action: 'updateWebhook',
      outcome: changed === null && secret === null ? 'noop' : 'done',
      before: { webhook: before.name, ...changed?.before },
      after: {
        webhook: before.name,
        ...changed?.after,
        ...(secret === null ? {} : { newSecret: true }),
      },
    });
    return { ok: true, secret };
  });
}

/** Deletes a webhook with its messages. A message that is being sent may still arrive. */
export async function deleteWebhook(
  context: AdminContext,
  { name }: { readonly name: string },
): Promise<Result> {
  return await inTransaction(context.db, async (tx): Promise<Result> => {
    const row = await lockWebhook(tx, name);
    if (row === null) return reject({ code: 'unknownWebhook', name });
    await deleteWebhookRow(tx, row.id);
    const before = auditedValues(row);
    await audit(tx, context.requestContext, { action: 'deleteWebhook', outcome: 'done', before });
    return DONE;
  });
}

function switched(
  { disabledAt }: WebhookRow,
  disabled: boolean | undefined,
  { actor }: AdminContext['requestContext'],
): Partial<WebhookRow> {
  if (disabled === undefined || disabled === (disabledAt !== null)) return {};
  return disabled
    ? { disabledAt: new Date(), disabledReason: `${actor.name} disabled it.` }
    : { disabledAt: null, disabledReason: null };
}

function withoutMissing(settings: Optional<WebhookSettings>): Partial<WebhookSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/**
 * The values for the audit line. Of the address it has only the origin, because the path is often a
 * secret.
 */
function auditedValues(webhook: WebhookRow): AuditValues {
  const { name, address, events, submittedBy, namePart, host, shape, disabledAt } = webhook;
  return {
    webhook: name,
    address: new URL(address).origin,
    events: events.join(', '),
    submittedBy,
    namePart,
    host,
    shape,
    disabled: disabledAt !== null,
  };
}
