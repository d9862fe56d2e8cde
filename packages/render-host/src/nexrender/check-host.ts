import type { Bounds } from './check-place.ts';
import { refuse, refuseHere } from './refusal.ts';
import { readAddressRules } from './source-addresses.mjs';

/** The render checks again at each connection, with the address that the name resolves to then. */
export function checkHost(field: string, address: unknown, { addresses }: Bounds): void {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : null;
  const { hostname } = url ?? refuse(field, 'is not a complete address.');
  if (readAddressRules(addresses).refuses(hostname))
    refuseHere(
      field,
      `is on ${hostname}, where sources may not be: it is a link-local or metadata address, or ` +
        'RENDERDECK_REFUSE_ADDRESSES names it. RENDERDECK_ALLOW_ADDRESSES lists exceptions.',
    );
}
