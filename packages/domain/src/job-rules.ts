/**
 * Hosts by name, addresses and networks (`10.0.0.0/8`). An entry of `allowed` overrides `refused`.
 */
export type AddressRules = {
  readonly refused: readonly string[];
  readonly allowed: readonly string[];
};

/**
 * Addresses that sources may not have unless a setting allows them. A render that reaches them can
 * take over the rights of its host in a cloud, and no template or asset is there.
 */
export const REFUSED_ADDRESSES = [
  '169.254.0.0/16', // link-local; the metadata of AWS, Azure, Google, Oracle and others
  'fe80::/10', // link-local
  'fd00:ec2::/32', // AWS
  'fd20:ce::254', // Google
  'fd00:42::42', // Scaleway
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle Classic
  '168.63.129.16', // Azure
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
] as const satisfies readonly string[];

/**
 * Networks that messages of webhooks may not go to unless a setting allows it, because they are not
 * part of the internet. A webhook could otherwise reach servers that only the API may reach.
 */
export const PRIVATE_NETWORKS = [
  ...REFUSED_ADDRESSES,
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // between a provider and its customers (carrier-grade NAT)
  '127.0.0.0/8', // loopback
  '172.16.0.0/12', // private
  '192.0.0.0/24', // assignments of protocols
  '192.168.0.0/16', // private
  '198.18.0.0/15', // tests of network devices
  '224.0.0.0/3', // multicast and reserved
  '::1', // loopback
  '2001::/32', // Teredo: a tunnel to an IPv4 address
  '64:ff9b:1::/48', // translation inside a network
  'fc00::/7', // private
  'fec0::/10', // private, an old form
  'ff00::/8', // multicast
] as const satisfies readonly string[];

/** What a nexrender job may use. On a host, an empty list allows nothing. */
export type JobRules = {
  /** Folders in which `file://` sources may be. */
  readonly assetRoots: readonly string[];
  /** Folders in which actions may write. */
  readonly outputRoots: readonly string[];
  /** The action modules that may run. */
  readonly actions: readonly string[];
  /** Whether a job may contain code for After Effects. */
  readonly scripts: boolean;
  /** The addresses that http and https sources may or may not have. */
  readonly addresses: AddressRules;
};
