import type { WireHost } from '@renderdeck/contract';

/** What the address of the page holds. */
export type HostsSearch = {
  readonly state?: WireHost['state'] | undefined;
  readonly host?: string | undefined;
};
