/*
 * Sealing, told once: how the audit log becomes a chain of hashes without any act waiting for it.
 *
 * 1. An act writes its line in its own transaction and knows nothing of seals.
 * 2. Soon after, a sealer (one in every API process) takes the sealers' lock if it is free; whoever
 *    finds it taken leaves the work to its holder.
 * 3. It reads, in one snapshot, the lines that are committed and have no seal. What commits later
 *    comes into a later batch, so batches are in commit order; within one they go by transaction,
 *    then by id. A transaction that is still open holds nobody back.
 * 4. Each line gets the next number and the hash over that number, the hash before and the whole
 *    line (domain/audit-seal.ts).
 * 5. The seals go into a table of their own, append-only as the log is: the log itself is never
 *    written again.
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
 * Seals every line that is committed by now, oldest transaction first, unless another sealer is at
 * it. Gives how many it sealed. Where `mayGoOn` says no it ends after the batch that it is at: the
 * next sealer does the rest.
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
    const lines = await readUnsealed(tx, last?.sealedBelow ?? '0', BATCH);
    let [seq, hash] = [last?.seq ?? 0n, last?.hash ?? FIRST_HASH];
    const end = lines.at(-1);
    if (end === undefined) return 0;
    // Of a full batch's last transaction there may be more lines.
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
