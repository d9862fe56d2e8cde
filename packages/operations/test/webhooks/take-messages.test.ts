import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { createWebhook, takeMessages } from '../../src/extras.ts';
import { aCompletedJob, aFarm } from '../../testing/index.ts';

const JOBS = 6;
const farm = aFarm();

it('two processes at once take different messages, and neither waits', async () => {
  await createWebhook(farm.admin, {
    name: 'desk',
    address: 'https://desk.example/hook',
    events: ['ended'],
    submittedBy: null,
    namePart: null,
    host: null,
    shape: 'renderdeck',
  });
  for (let ended = 0; ended < JOBS; ended += 1) await aCompletedJob(farm);
  const take = (db = farm.db) => takeMessages({ db }, { busy: [] });
  const { result: first, commit } = await holdOpen(farm.db, take);
  const second = await take();
  await commit();
  const taken = [first, second].map(({ messages }) => messages.map(({ id }) => id));
  expect(taken.map(({ length }) => length)).toEqual([4, 2]);
  expect(new Set(taken.flat()).size).toBe(JOBS);
});
