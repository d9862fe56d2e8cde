import { lookup as lookupName } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { JobRules } from '@renderdeck/render-host/job-rules';
import { readAddressRules } from '@renderdeck/render-host/job-rules';

export type WebhookAddresses = {
  /**
   * Why messages may not go to this URL, as far as its text shows. Null: its text shows no reason.
   */
  problemOf(url: URL): string | null;
  /** Resolves a name for a connection. Fails if any of the name's addresses is refused. */
  readonly lookup: LookupFunction;
};

/**
 * Decides to which addresses webhook messages may go. A name is checked at each connection, with
 * the addresses of that connection. So a name whose address changes later cannot avoid the check.
 */
export function webhookAddresses(
  rules: JobRules['addresses'],
  resolve: LookupFunction = lookupName,
): WebhookAddresses {
  const { refuses } = readAddressRules(rules);
  const refused = (host: string, address: string) =>
    `${host === address ? host : `${host} is ${address}, which`} is in a private network; ` +
    'RENDERDECK_WEBHOOK_NETWORKS can allow it';
  return {
    problemOf({ hostname }) {
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      return isIP(host) !== 0 && refuses(host) ? refused(host, host) : null;
    },
    lookup(name, options, callback) {
      resolve(name, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, '', 0);
        const addresses = Array.isArray(found) ? found : [];
        const bad = addresses.find(({ address }) => refuses(address));
        if (bad !== undefined) return callback(new Error(refused(name, bad.address)), '', 0);
        const [first] = addresses;
        if (options.all === true || first === undefined) return callback(null, addresses);
        callback(null, first.address, first.family);
      });
    },
  };
}
