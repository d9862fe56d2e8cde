/*
 * A socket of Node.js reports its error, and a moment later that it is closed. What begins between
 * the two must be sent on another connection or fail: postgres.js 3.4.9 alone lets it succeed with
 * an empty result, although it was never sent.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { testDatabase, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/connect.ts';
import { inTransaction } from '../src/in-transaction.ts';
import { runPrepared } from '../src/prepared/prepare.ts';

const ROUNDS = 4;

/** Opens a pool whose sockets the test can make fail. */
async function openPool(size: number) {
  const sockets: Socket[] = [];
  const note = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  const database = await testDatabase();
  const server = openSql(database.url);
  await server`create table marks (who text)`;
  subscribe('net.client.socket', note);
  const store = connect(database.url, { name: 'small', poolSize: size });
  onTestFinished(async () => {
    unsubscribe('net.client.socket', note);
    await store.close();
    await server.end();
    await database.drop();
  });
  const useAll = () =>
    Promise.all(Array.from({ length: size }, () => store.db.execute(sql`select pg_sleep(0.01)`)));
  return {
    db: store.db,
    /** Every connection is open and idle. */
    untilIdle: () =>
      waitFor(() =>
        useAll().then(
          () => true,
          () => false,
        ),
      ),
    /** All sockets fail. Calls `during` once, after the first error and before a close. */
    fail: (during: () => void) =>
      new Promise<void>((resolve) => {
        let isCalled = false;
        const call = () => {
          if (!isCalled) during();
          isCalled = true;
          resolve();
        };
        for (const socket of sockets.splice(0).filter(({ destroyed }) => !destroyed)) {
          socket.once('error', () => process.nextTick(call));
          socket.destroy(Object.assign(new Error('reset by this test'), { code: 'ECONNRESET' }));
        }
      }),
    marks: async () =>
      (await server<{ who: string }[]>`select who from marks`).map((row) => row.who),
  };
}

it.each([1, 2, 4])(
  'what begins while %i connections are being lost is sent, or fails',
  async (size) => {
    const { db, untilIdle, fail, marks } = await openPool(size);
    const answered: string[] = [];
    let begun = 0;
    const insert = async (isKept: boolean) => {
      begun += 1;
      const statement = sql`insert into marks values (${`mark ${begun}`}) returning who`;
      const rows = await runPrepared<{ who: string }>(db, statement, isKept).catch(() => null);
      if (rows !== null) answered.push(rows[0]?.who ?? 'an answer without its row');
    };
    const rollBack = () =>
      inTransaction(db, async (tx) => {
        await tx.execute(sql`insert into marks values ('rolled back')`);
        throw new Error('this transaction is rolled back');
      }).catch(() => undefined);

    for (let round = 0; round < ROUNDS; round += 1) {
      await untilIdle();
      const work: Promise<void>[] = [];
      await fail(() => {
        for (let each = 0; each < size; each += 1)
          work.push(insert(true), insert(false), rollBack(), insert(true));
      });
      await Promise.all(work);
    }
    expect(begun).toBe(ROUNDS * size * 3);
    const made = await marks();
    expect(answered.filter((who) => !made.includes(who))).toEqual([]);
    expect(made).not.toContain('rolled back');
  },
  120_000,
);
