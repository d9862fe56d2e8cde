import { FIRST_HASH } from '@renderdeck/domain';
import { countUnsealed, type Database, inSnapshot, readSealed } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';
import { sealHash } from './seal-audit.ts';

/** A seal that somebody saved outside the database, to compare the chain with it. */
export type Anchor = { readonly seq: bigint; readonly hash: string };
/** The first place where the chain is broken. `auditId` is the id of the line, if it is known. */
export type Broken = {
  readonly seq: bigint;
  readonly auditId: bigint | null;
  /**
   * `sealMissing`, `lineMissing`: the seal or the line was deleted. `changed`: the line or the seal
   * was changed. `notAnchored`: the chain differs from the anchor.
   */
  readonly what: 'sealMissing' | 'lineMissing' | 'changed' | 'notAnchored';
};
/**
 * `sound`: every seal fits its line and the previous seal, to the end of the chain, and the chain
 * contains the anchor. `continues`: nothing is wrong so far, and the chain continues after the
 * head.
 */
export type AuditVerdict = 'sound' | 'broken' | 'continues';
export type AuditProof = {
  readonly verdict: AuditVerdict;
  /** Null unless the verdict is `broken`. */
  readonly broken: Broken | null;
  /** The last seal that fits, before the end of the chain or before the broken place. */
  readonly head: (Anchor & { readonly at: Date }) | null;
  /** Lines without a seal; null if the verdict is `continues`. */
  readonly unsealed: { readonly count: number; readonly since: Date | null } | null;
};

const PAGE = 500;
/** The most lines of one call, so that a call takes a fraction of a second. */
export const LINES_AT_ONCE = 20 * PAGE;

export type ChainPart = {
  /** Without an anchor nobody can notice that the chain was cut off or rewritten. */
  readonly anchor: Anchor | null;
  /** The head of the previous part; null to start at the first line. */
  readonly after?: Anchor | null;
};

/**
 * Verifies the next part of the chain and returns the first place where it is broken. At the end of
 * the chain it counts the lines without a seal, which were usually written a moment ago. Everything
 * of one call is read in one snapshot.
 */
export async function verifyAudit(context: DatabaseContext, part: ChainPart): Promise<AuditProof> {
  return await inSnapshot(context.db, async (tx) => {
    const walked = await walk(tx, part.anchor, part.after ?? null);
    return {
      ...walked,
      unsealed: walked.verdict === 'continues' ? null : await countUnsealed(tx),
    };
  });
}

async function walk(
  db: Database,
  anchor: Anchor | null,
  after: Anchor | null,
): Promise<Omit<AuditProof, 'unsealed'>> {
  let head: AuditProof['head'] = null;
  let [seq, hash] = [after?.seq ?? 0n, after?.hash ?? FIRST_HASH];
  const broken = (at: bigint, auditId: bigint | null, what: Broken['what']) => ({
    verdict: 'broken' as const,
    head,
    broken: { seq: at, auditId, what },
  });
  if (after !== null) {
    const [start] = await readSealed(db, after.seq - 1n, 1);
    if (start?.seal.seq !== after.seq) return broken(after.seq, null, 'sealMissing');
    if (start.seal.hash !== after.hash) return broken(after.seq, start.seal.auditId, 'changed');
    if (anchor?.seq === after.seq && anchor.hash !== after.hash)
      return broken(after.seq, start.seal.auditId, 'notAnchored');
    head = { ...after, at: start.seal.sealedAt };
  }
  for (let walked = 0; walked < LINES_AT_ONCE; walked += PAGE) {
    const page = await readSealed(db, seq, PAGE);
    for (const { seal, line } of page) {
      const next = seq + 1n;
      if (seal.seq !== next) return broken(next, null, 'sealMissing');
      if (line === null) return broken(next, seal.auditId, 'lineMissing');
      hash = sealHash(next, hash, line);
      if (hash !== seal.hash) return broken(next, seal.auditId, 'changed');
      if (anchor?.seq === next && anchor.hash !== hash)
        return broken(next, seal.auditId, 'notAnchored');
      seq = next;
      head = { seq, hash, at: seal.sealedAt };
    }
    if (page.length < PAGE) {
      if (anchor !== null && anchor.seq > seq) return broken(seq + 1n, null, 'sealMissing');
      return { verdict: 'sound', head, broken: null };
    }
  }
  return { verdict: 'continues', head, broken: null };
}
