/*
 * How the audit log becomes a chain of hashes although no action waits for it:
 *
 * 1. An action writes its audit line in its own transaction, without a seal.
 * 2. A sealer runs in every API process. It tries to take the sealers' lock. If another sealer
 *    holds the lock, it does nothing.
 * 3. It reads, in one snapshot, the committed lines that have no seal. Lines that commit later come
 *    into a later batch, so batches are in commit order. Within a batch, lines are ordered by
 *    transaction, then by id. An open transaction delays no other line.
 * 4. Each line gets the next number, and the hash of that number, the previous hash and the whole
 *    line (domain/audit-seal.ts).
 * 5. The seals are inserted into a table of their own, append-only like the log. The log itself is
 *    never updated.
 */
import { createHash } from 'node:crypto';
import { type AuditLine, FIRST_HASH, sealText } from '@renderdeck/domain';
import {
  type Database,
  findLastSeal,
  insertSeals,
  inTransaction,
  type NewSeal,
  readUnsealed,
  tryLockSealer,
} from '@renderdeck/store';
import type { DatabaseContext, Done } from '../operation-context.ts';

const BATCH = 500;

/**
 * Seals the committed lines, oldest transaction first, and returns how many. Does nothing while
 * another sealer works. If `mayGoOn` returns false, it stops after the current batch; the next call
 * of a sealer continues there.
 */
export async function sealAudit(
  context: DatabaseContext,
  input: { readonly mayGoOn?: () => boolean } = {},
): Promise<Done<{ readonly sealed: number }>> {
  const { mayGoOn = () => true } = input;
  let sealed = 0;
  for (let more = BATCH; more === BATCH && (sealed === 0 || mayGoOn()); ) {
    more = await sealBatch(context.db);
    sealed += more;
  }
  return { ok: true, sealed };
}

/** The hash of one link of the chain, in hex. */
export function sealHash(seq: bigint, hashBefore: string, line: AuditLine): string {
  return createHash('sha256')
    .update(sealText(seq, hashBefore, line))
    .digest('hex');
}

async function sealBatch(db: Database): Promise<number> {
  return await inTransaction(db, async (tx) => {
    if (!(await tryLockSealer(tx))) return 0;
    const last = await findLastSeal(tx);
    const lines = await readUnsealed(tx, last, BATCH);
    let [seq, hash] = [last?.seq ?? 0n, last?.hash ?? FIRST_HASH];
    const end = lines.at(-1);
    if (end === undefined) return 0;
    // The last transaction of a full batch may have more lines, so it does not count as sealed.
    const sealedBelow =
      lines.length === BATCH && BigInt(end.xid) < BigInt(end.below) ? end.xid : end.below;
    const seals: NewSeal[] = [];
    for (const { line } of lines) {
      seq += 1n;
      hash = sealHash(seq, hash, line);
      seals.push({ seq, auditId: line.id, hash, sealedBelow });
    }
    await insertSeals(tx, seals);
    return seals.length;
  });
}
