/** A process of one boot of one host. The token tells it from a later process with the same pid; compare it for equality only. */
export type ProcessIdentity = { bootId: string; pid: number; startToken: string };

/** The identity of the process that has this pid now; null when there is none. */
export async function readIdentity(_pid: number): Promise<ProcessIdentity | null> {
  throw new Error('reading a process identity is not built yet');
}

/** True only while the very process that was identified is still there (a zombie is still there). */
export async function isSameProcess(id: ProcessIdentity): Promise<boolean> {
  const now = await readIdentity(id.pid);
  return now !== null && now.bootId === id.bootId && now.startToken === id.startToken;
}
