import type { WireCancelReceipt } from '@renderdeck/contract';
import type { FarmUnderTest } from '@renderdeck/standalone/testing';
import { findPgbouncerProblem, startPgbouncer } from '@renderdeck/testing/pgbouncer';
import { expect } from 'vitest';
import { farmOfFile } from './farm-of-file.ts';

/**
 * How the workers of a farm reach the database, and so how they learn of a stop.
 *
 * `direct`: they are connected to it, and are notified.
 * `pooled`: their statements go through PgBouncer in transaction mode; they listen directly.
 * `polling`: all goes through PgBouncer, and they ask each second.
 */
export type Way = 'direct' | 'pooled' | 'polling';

/** Fewer than the workers open, so that they must share them. */
const SERVER_CONNECTIONS = 2;
/** A renewal would bring the stop after at most five seconds. */
const DELIVERED_WITHIN_MS = 4500;

/** The ways that this machine has, for `describe.each`. */
export async function findWays(): Promise<{ readonly way: Way; readonly name: string }[]> {
  const problem = await findPgbouncerProblem();
  if (problem !== null) return [{ way: 'direct', name: `direct (the others skipped: ${problem})` }];
  return (['direct', 'pooled', 'polling'] as const).map((way) => ({ way, name: way }));
}

/** The farm of a `describe`, whose workers reach their database in this way. */
export function farmInWay(way: Way, env: Readonly<Record<string, string>>): FarmUnderTest {
  if (way === 'direct') return farmOfFile(env);
  return farmOfFile(env, {
    async workersThrough(databaseUrl) {
      const pooler = await startPgbouncer(databaseUrl, 'transaction', SERVER_CONNECTIONS);
      const listening =
        way === 'pooled' ? { RENDERDECK_LISTEN_URL: databaseUrl } : { RENDERDECK_LISTEN: 'off' };
      const statements = { DATABASE_URL: pooler.url, RENDERDECK_LEASE_MS: '300000' };
      return { settings: { ...statements, ...listening }, end: pooler.stop };
    },
  });
}

/** The stop request came soon. A request that no poll reads may wait for a renewal. */
export function expectDelivered(receipt: WireCancelReceipt): void {
  const { requestedAt, deliveredAt } = receipt;
  const afterMs = Date.parse(deliveredAt ?? '') - Date.parse(requestedAt);
  expect(afterMs).toBeLessThan(DELIVERED_WITHIN_MS);
}

/** The proof came within the grace period after that. */
export function expectInTime(receipt: WireCancelReceipt, graceMs: number): void {
  if (!receipt.deliveredWithProof) expectDelivered(receipt);
  expect(receipt.askToProofMs).toBeLessThan(DELIVERED_WITHIN_MS + graceMs);
}
