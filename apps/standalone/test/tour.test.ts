import { randomUUID } from 'node:crypto';
import { createFirstAdmin } from '@renderdeck/operations';
import { connect } from '@renderdeck/store/connect';
import { testDatabase } from '@renderdeck/testing';
import { expect, test } from 'vitest';
import { runStandalone } from './run-standalone.ts';

test('the tour passes, prints its claims, and leaves nothing behind', async () => {
  const tour = runStandalone('tour', {});
  const { exitCode } = await tour.child;
  expect(tour.output()).toContain('All of it held.');
  expect(exitCode).toBe(0);
  expect(tour.output()).not.toContain('✗');
  // One claim for each thing that the tour promises to show. A claim cannot disappear unnoticed.
  expect(tour.output().match(/✓/g)).toHaveLength(21);
});

test('a tour on a database that has users fails and says why', async () => {
  const database = await testDatabase();
  const store = connect(database.url);
  try {
    const requestContext = {
      actor: { kind: 'system', name: 'renderdeck' },
      channel: 'start',
      address: null,
      requestId: null,
    } as const;
    await createFirstAdmin(
      { db: store.db, requestContext, newId: randomUUID },
      { name: 'mira', password: 'somebody-was-here' },
    );
    const tour = runStandalone('tour', { DATABASE_URL: database.url });
    expect((await tour.child).exitCode).toBe(1);
    expect(tour.output()).toContain('needs an empty database');
  } finally {
    await store.close();
    await database.drop();
  }
});
