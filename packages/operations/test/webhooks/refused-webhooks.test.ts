/* What the operations of webhooks refuse and leave unchanged, and who sends a message. */
import { randomUUID } from 'node:crypto';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  addTestMessage,
  createWebhook,
  deleteWebhook,
  redeliver,
  sendMessage,
  sendNow,
  takeMessages,
  updateWebhook,
} from '../../src/extras.ts';
import { aCompletedJob, aFarm, expectAudit, expectDone } from '../../testing/index.ts';

const farm = aFarm();
const { admin } = farm;
const SETTINGS = {
  address: 'https://desk.example/hook',
  events: ['ended'],
  submittedBy: null,
  namePart: null,
  host: null,
  shape: 'renderdeck',
} as const;
const create = (name: string) => createWebhook(admin, { ...SETTINGS, name });
const stateOf = async (id: string) =>
  (await farm.sql`select state, tries from webhook_deliveries where id = ${id}`)[0];

it('an unknown webhook or message is refused, and no audit line is written', async () => {
  const id = randomUUID();
  for (const [act, code] of [
    [() => updateWebhook(admin, { name: 'none', disabled: true }), 'unknownWebhook'],
    [() => deleteWebhook(admin, { name: 'none' }), 'unknownWebhook'],
    [() => addTestMessage(admin, { name: 'none', leaseMs: 1000 }), 'unknownWebhook'],
    [() => redeliver(admin, { delivery: id }), 'unknownDelivery'],
  ] as const) {
    const seen = await farm.trace<{ ok: boolean }>(act);
    expect(seen.result).toMatchObject({ ok: false, rejection: { code } });
    expectAudit(seen);
  }
});

it('a name is taken once, no change is a noop, and a new address ends a pause', async () => {
  expectDone(await create('desk'));
  expect(await create('desk')).toMatchObject({ rejection: { code: 'nameTaken' } });
  for (const same of [{}, { disabled: false }, { address: SETTINGS.address }]) {
    const seen = await farm.trace(() => updateWebhook(admin, { name: 'desk', ...same }));
    expect(expectDone(seen.result).secret).toBeNull();
    expect(seen.audit).toMatchObject([{ outcome: 'noop' }]);
  }
  await farm.sql`update webhooks set paused_until = clock_timestamp() + interval '1 hour'`;
  expectDone(await updateWebhook(admin, { name: 'desk', address: 'https://other.example/hook' }));
  const [row] = await farm.sql`select paused_until, disabled_reason from webhooks`;
  expect(row).toEqual({ paused_until: null, disabled_reason: null });
  expectDone(await deleteWebhook(admin, { name: 'desk' }));
});

it('a message is sent again only while its webhook is enabled', async () => {
  expectDone(await create('desk'));
  await aCompletedJob(farm);
  const [{ id } = { id: '' }] = (await takeMessages(farm, { busy: [] })).messages;
  const disabled = (is: boolean) => updateWebhook(admin, { name: 'desk', disabled: is });
  expectDone(await disabled(true));
  expect(await redeliver(admin, { delivery: id })).toMatchObject({
    rejection: { code: 'webhookDisabled', name: 'desk' },
  });
  expectDone(await disabled(false));
  expectDone(await redeliver(admin, { delivery: id }));
  expect(await stateOf(id)).toMatchObject({ state: 'waiting' });
  expectDone(await deleteWebhook(admin, { name: 'desk' }));
});

it('a try with an unknown result saves nothing, and only one process sends', async () => {
  expectDone(await create('desk'));
  await aCompletedJob(farm);
  const { lease, messages } = await takeMessages(farm, { busy: [] });
  const [message] = messages;
  if (message === undefined) throw new Error('a message waits');
  const before = await stateOf(message.id);
  await sendMessage(farm, lease, message, async () => null);
  expect(await stateOf(message.id)).toEqual(before);
  expect(await sendNow(farm, message, async () => null)).toBe(false);
  expectDone(await deleteWebhook(admin, { name: 'desk' }));
});

it('two processes at once take different messages, and neither waits', async () => {
  expectDone(await create('desk'));
  for (let ended = 0; ended < 6; ended += 1) await aCompletedJob(farm);
  const take = (db = farm.db) => takeMessages({ db }, { busy: [] });
  const { result: first, commit } = await holdOpen(farm.db, take);
  const second = await take();
  await commit();
  const taken = [first, second].map(({ messages }) => messages.map(({ id }) => id));
  expect(taken.map(({ length }) => length)).toEqual([4, 2]);
  expect(new Set(taken.flat()).size).toBe(6);
  expectDone(await deleteWebhook(admin, { name: 'desk' }));
});

it('a farm has at most fifty webhooks', async () => {
  for (let made = 0; made < 50; made += 1) expectDone(await create(`desk-${made}`));
  expect(await create('one-more')).toMatchObject({ rejection: { code: 'tooManyWebhooks' } });
});
