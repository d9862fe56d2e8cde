import { FIRST_HASH } from '@renderdeck/domain';
import { countUnsealed, type Database, readSealed } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';
import { sealHash } from './seal-audit.ts';

/** A place in the chain that somebody kept elsewhere, to hold the chain against. */
export type Anchor = { readonly seq: bigint; readonly hash: string };
/** The first place where the chain does not hold. `auditId`: the line, where it is known which. */
export type Broken = {
  readonly seq: bigint;
  readonly auditId: bigint | null;
  /**
   * A seal is gone; its line is gone; line or seal are not what they were; the chain is not the one
   * of the anchor.
   */
  readonly what: 'sealMissing' | 'lineMissing' | 'changed' | 'notAnchored';
};
export type AuditProof = {
  readonly broken: Broken | null;
  /** The last seal that holds. */
  readonly head: (Anchor & { readonly at: Date }) | null;
  /** False: the chain goes on behind the head, and nothing is wrong so far. */
  readonly whole: boolean;
  /** Lines without a seal; null where the chain goes on. */
  readonly unsealed: { readonly count: number; readonly since: Date | null } | null;
};

const PAGE = 500;
/** Of one call: a fraction of a second, whatever the length of the chain. */
export const LINES_AT_ONCE = 20 * PAGE;

export type ChainPart = {
  /** What was cut off at the end, or written anew, shows only against an anchor. */
  readonly anchor: Anchor | null;
  /** The head that the part before gave: each call takes a bounded time and holds one page. */
  readonly after?: Anchor | null;
};

/**
 * Walks the next part of the chain and names the first place where it does not hold. Lines without
 * a seal are counted at the end: usually those of the last moment.
 */
export async function verifyAudit(context: DatabaseContext, part: ChainPart): Promise<AuditProof> {
  const { db } = context;
  const walked = await walk(db, part.anchor, part.after ?? null);
  return {
    ...walked,
    unsealed: walked.whole || walked.broken !== null ? await countUnsealed(db) : null,
  };
}

async function walk(
  db: Database,
  anchor: Anchor | null,
  after: Anchor | null,
): Promise<Omit<AuditProof, 'unsealed'>> {
  let head: AuditProof['head'] = null;
  let [seq, hash] = [after?.seq ?? 0n, after?.hash ?? FIRST_HASH];
  const broken = (at: bigint, auditId: bigint | null, what: Broken['what']) => ({
    head,
    whole: false,
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
      return { head, whole: true, broken: null };
    }
  }
  return { head, whole: false, broken: null };
}
