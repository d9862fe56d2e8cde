import {
  AUDIT_DEEDS,
  AUDIT_RESULTS,
  type AuditDeed,
  type AuditResult,
  type ListAuditInput,
} from '@renderdeck/contract';

/** The filter of the page, as its address contains it. */
export type AuditSearch = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly who?: string | undefined;
  readonly did?: AuditDeed | undefined;
  readonly result?: AuditResult | undefined;
  readonly q?: string | undefined;
  readonly entry?: number | undefined;
};

export type AuditInput = Partial<
  Pick<ListAuditInput, 'from' | 'to' | 'actor' | 'did' | 'result' | 'q' | 'entry'>
>;

/** The filter as the API takes it. A search text of one letter is not sent yet. */
export function auditInput({ who, q, entry, ...search }: AuditSearch): AuditInput {
  return {
    ...search,
    ...(who === undefined ? {} : { actor: who }),
    ...(q === undefined || q.trim().length < 2 ? {} : { q }),
    ...(entry === undefined ? {} : { entry: String(entry) }),
  };
}

/** The address of a CSV file with all lines that match the filter. */
export function csvAddress(search: AuditSearch): string {
  const given = Object.entries(auditInput(search)).map(([name, value]) => [name, value ?? '']);
  const query = new URLSearchParams(given.filter(([, value]) => value !== '')).toString();
  return query === '' ? '/api/audit.csv' : `/api/audit.csv?${query}`;
}

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

/** The router gives a number if the address has only digits. */
function text(value: unknown): string | undefined {
  const given = typeof value === 'number' ? String(value) : value;
  return typeof given === 'string' && given !== '' ? given.slice(0, 200) : undefined;
}

function instant(value: unknown): string | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
