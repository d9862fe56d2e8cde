import type { AuditDeed, AuditResult, ListAuditInput } from '@renderdeck/contract';

/** The filter of the page, as its address holds it. */
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

/** The filter as the API takes it. A search of one letter waits for its second. */
export function auditInput({ who, q, entry, ...search }: AuditSearch): AuditInput {
  return {
    ...search,
    ...(who === undefined ? {} : { actor: who }),
    ...(q === undefined || q.trim().length < 2 ? {} : { q }),
    ...(entry === undefined ? {} : { entry: String(entry) }),
  };
}

/** Where the server gives every line of the filter as CSV. */
export function csvAddress(search: AuditSearch): string {
  const given = Object.entries(auditInput(search)).map(([name, value]) => [name, value ?? '']);
  const query = new URLSearchParams(given.filter(([, value]) => value !== '')).toString();
  return query === '' ? '/api/audit.csv' : `/api/audit.csv?${query}`;
}
