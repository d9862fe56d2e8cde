import { bringsLogin } from '../transfers/credentials.mjs';
import { type Address, BadAddress } from '../transfers/store-address.mjs';
import { checkHost } from './check-host.ts';
import type { Bounds } from './check-place.ts';
import { refuse } from './refusal.ts';

/**
 * Refuses a place in a store that is no valid one, or whose server may not be reached. `own` is the
 * field of a sentence that names no other one.
 */
export function checkStore(base: string, own: string, bounds: Bounds, read: () => Address): void {
  const { place, access } = readOrRefuse(base, own, read);
  const { scheme, host, endpoint } = place;
  if (endpoint !== null) checkHost(`${base}.params.endpoint`, endpoint, bounds);
  // Else the login is one of the host, which decides whose certificate it trusts.
  if (!bringsLogin(access))
    for (const rule of ['ca', 'strictSSL'] as const)
      if (access[rule] !== undefined)
        refuse(
          `${base}.params.${rule}`,
          'may only be given with a login of the job. For a login of the host, it belongs into ' +
            'RENDERDECK_CREDENTIALS_FILE.',
        );
  const name = host.includes(':') ? `[${host}]` : host;
  if (host !== '') checkHost(`${base}.${own}`, `${scheme}://${name}`, bounds);
}

function readOrRefuse(base: string, own: string, read: () => Address): Address {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof BadAddress) return refuse(`${base}.${cause.field ?? own}`, cause.message);
    throw cause;
  }
}
