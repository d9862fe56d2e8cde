// @ts-check
/**
 * Decides which hosts a job may not download from. The check at submission and the guard of the
 * render (guard-connections.mjs) use this function. The render needs plain JavaScript, so this file
 * is plain JavaScript too.
 *
 * @typedef {import('@renderdeck/domain').AddressRules} AddressRules
 */
import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A connection to one of these addresses reaches the host itself. */
const SAME_AS = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/**
 * Makes a function that says whether a host may not be used. The host is a name, or an address in
 * any spelling that a URL or a socket accepts. An entry of `allowed` counts more than every entry
 * of `refused`.
 *
 * @param {AddressRules} rules
 * @returns {{ refuses(host: string): boolean, allows(host: string): boolean }}
 */
export function readAddressRules({ refused, allowed }) {
  const [isRefused, isAllowed] = [readList(refused), readList(allowed)];
  /** @param {string} host */
  const isBad = (host) => isRefused(host) && !isAllowed(host);
  return {
    refuses: (host) => isBad(host) || tunnelledIn(normalize(host)).some(isBad),
    allows: isAllowed,
  };
}

/** @param {readonly string[]} entries @returns {(host: string) => boolean} */
function readList(entries) {
  const networks = new BlockList();
  /** @type {Set<string>} */
  const names = new Set();
  for (const entry of entries) {
    const [address = '', bits] = normalize(entry).split('/');
    const family = isIP(address);
    if (family === 0) names.add(normalize(entry));
    if (family === 4) addIPv4(networks, address, Number(bits ?? 32));
    if (family === 6) networks.addSubnet(address, Number(bits ?? 128), 'ipv6');
  }
  return (host) => {
    const text = normalize(host);
    const same = SAME_AS.get(text);
    return [text, ...(same === undefined ? [] : [same])].some((one) => {
      const family = isIP(one);
      return family === 0 ? names.has(one) : networks.check(one, family === 4 ? 'ipv4' : 'ipv6');
    });
  };
}

/**
 * The IPv4 addresses to which a tunnel would send a packet for this IPv6 address. Teredo: the
 * relay, and the client with every bit inverted. ISATAP: the last four bytes, after any prefix. The
 * local NAT64 may have it at four places.
 *
 * @param {string} text @returns {string[]}
 */
function tunnelledIn(text) {
  if (isIP(text) !== 6) return [];
  const bytes = Buffer.from(ipaddr.IPv6.parse(text).toByteArray());
  const hex = bytes.toString('hex');
  const ipv4 = (/** @type {number[]} */ ...places) => places.map((at) => bytes[at]).join('.');
  const last = ipv4(12, 13, 14, 15);
  const turned = bytes.subarray(12).map((byte) => byte ^ 0xff);
  if (hex.startsWith('20010000')) return [ipv4(4, 5, 6, 7), turned.join('.')];
  if (/^.{16}0[02]005efe/.test(hex)) return [last];
  if (!hex.startsWith('0064ff9b0001')) return [];
  if (/^.{12}0{12}/.test(hex)) return [last];
  // RFC 6052: after 48, 56, 64 or 96 bits. The byte after 64 bits is left out.
  return [ipv4(6, 7, 9, 10), ipv4(7, 9, 10, 11), ipv4(9, 10, 11, 12), last];
}

/** A gateway or the system translates these IPv6 addresses to the IPv4 address inside them. */
function addIPv4(
  /** @type {BlockList} */ networks,
  /** @type {string} */ address,
  /** @type {number} */ bits,
) {
  networks.addSubnet(address, bits, 'ipv4');
  for (const prefix of ['::ffff:', '::ffff:0:', '::', '64:ff9b::'])
    networks.addSubnet(`${prefix}${address}`, 96 + bits, 'ipv6');
  const words = ipaddr.IPv4.parse(address).toIPv4MappedAddress().parts.slice(6);
  const gateway = new ipaddr.IPv6([0x2002, ...words, 0, 0, 0, 0, 0]);
  networks.addSubnet(gateway.toString(), 16 + bits, 'ipv6');
}

/** Removes brackets, zone and final dot, and makes it lower case. @param {string} host */
function normalize(host) {
  return host
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%[^/]*/, '')
    .replace(/\.$/, '');
}
