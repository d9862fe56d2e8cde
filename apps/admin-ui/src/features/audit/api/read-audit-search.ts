import { AUDIT_DEEDS, AUDIT_RESULTS } from '@renderdeck/contract';
import type { AuditSearch } from './audit-filter.ts';

/** Reads the filter from the address; what it cannot read is left out. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const read = {
    from: instant(search.from),
    to: instant(search.to),
    who: text(search.who),
    did: AUDIT_DEEDS.find((deed) => deed === search.did),
    result: AUDIT_RESULTS.find((result) => result === search.result),
    q: text(search.q),
    entry: Number.isSafeInteger(Number(search.entry ?? 'none')) ? Number(search.entry) : undefined,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** The router gives a number where the address has digits alone. */
function text(value: unknown): string | undefined {
  const given = typeof value === 'number' ? String(value) : value;
  return typeof given === 'string' && given !== '' ? given.slice(0, 200) : undefined;
}

function instant(value: unknown): string | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
