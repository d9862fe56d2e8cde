import { FIRST_HASH } from '@renderdeck/domain';
import { countUnsealed, type Database, readSealed } from '@renderdeck/store';
import { sealHash } from './seal-audit.ts';

/** A place in the chain that somebody kept elsewhere, to hold the chain against. */
export type Anchor = { readonly seq: bigint; readonly hash: string };
/** The first place where the chain does not hold. `auditId`: the line, where it is known which. */
export type Broken = {
  readonly seq: bigint;
  readonly auditId: bigint | null;
  /** A seal is gone; its line is gone; line or seal are not what they were; the chain is not the one of the anchor. */
  readonly what: 'sealMissing' | 'lineMissing' | 'changed' | 'notAnchored';
};
export type AuditProof = {
  readonly broken: Broken | null;
  /** The last seal that holds. */
  readonly head: (Anchor & { readonly at: Date }) | null;
  readonly unsealed: { readonly count: number; readonly since: Date | null };
};

const PAGE = 500;

/**
 * Walks the whole chain and names the first place where it does not hold. Lines without a seal are told apart: usually those of the last moment. What
 * was cut off at the end, or written anew from some place on, shows only against an anchor.
 */
export async function verifyAudit(db: Database, anchor: Anchor | null): Promise<AuditProof> {
  const walked = await walk(db, anchor);
  return { ...walked, unsealed: await countUnsealed(db) };
}

async function walk(db: Database, anchor: Anchor | null): Promise<Omit<AuditProof, 'unsealed'>> {
  let head: AuditProof['head'] = null;
  const broken = (seq: bigint, auditId: bigint | null, what: Broken['what']) => ({ head, broken: { seq, auditId, what } });
  for (;;) {
    const page: Awaited<ReturnType<typeof readSealed>> = await readSealed(db, head?.seq ?? 0n, PAGE);
    for (const { seal, line } of page) {
      const seq: bigint = (head?.seq ?? 0n) + 1n;
      if (seal.seq !== seq) return broken(seq, null, 'sealMissing');
      if (line === null) return broken(seq, seal.auditId, 'lineMissing');
      const hash = sealHash(seq, head?.hash ?? FIRST_HASH, line);
      if (hash !== seal.hash) return broken(seq, seal.auditId, 'changed');
      if (anchor?.seq === seq && anchor.hash !== hash) return broken(seq, seal.auditId, 'notAnchored');
      head = { seq, hash, at: seal.sealedAt };
    }
    if (page.length < PAGE) break;
  }
  if (anchor !== null && anchor.seq > (head?.seq ?? 0n)) return broken((head?.seq ?? 0n) + 1n, null, 'sealMissing');
  return { head, broken: null };
}
