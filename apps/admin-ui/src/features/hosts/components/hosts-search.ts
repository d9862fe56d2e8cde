import { HOST_STATES, type WireHost } from '@renderdeck/contract';

/** The values in the address of the page. */
export type HostsSearch = {
  readonly state?: WireHost['state'] | 'trouble' | undefined;
  readonly host?: string | undefined;
  /** Unset: the wall. */
  readonly view?: 'table' | undefined;
};

export function readHostsSearch(search: Record<string, unknown>): HostsSearch {
  const state = [...HOST_STATES, 'trouble' as const].find((one) => one === search.state);
  // The router gives a number if the address has only digits.
  const host = typeof search.host === 'number' ? String(search.host) : search.host;
  return {
    ...(state === undefined ? {} : { state }),
    ...(typeof host === 'string' && host !== '' ? { host } : {}),
    ...(search.view === 'table' ? { view: 'table' as const } : {}),
  };
}
