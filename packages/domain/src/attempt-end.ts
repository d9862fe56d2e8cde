/**
 * How the end of an attempt is known: its host proved it, an admin declared the host gone, or not
 * at all. A proof counts more than a declaration.
 */
export function endKnownBy({
  confirmedAt,
  declaration,
}: {
  readonly confirmedAt: Date | string | null;
  readonly declaration: object | null;
}): 'proof' | 'declaration' | null {
  if (confirmedAt !== null) return 'proof';
  return declaration === null ? null : 'declaration';
}
