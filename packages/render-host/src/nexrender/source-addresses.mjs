// @ts-check
/**
 * Which hosts a job may not download from. The check at submission and the guard of the render
 * (guard-connections.mjs) ask the same function, so this is plain JavaScript, like the render.
 *
 * @typedef {import('@renderdeck/domain').AddressRules} AddressRules
 */
import { BlockList, isIP } from 'node:net';

/** A connection to these reaches the host itself. */
const SAME_AS = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/**
 * Gives a function that says whether a host may not be used: a name, or an address in any spelling
 * that a URL or a socket takes. An entry of `allowed` beats every entry of `refused`.
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
 * The IPv4 addresses to which a tunnel brings a packet for this address. Teredo: the relay, and the
 * client with each bit turned. ISATAP: the last four bytes, behind any prefix. The local NAT64 may
 * put it at four places.
 *
 * @param {string} text @returns {string[]}
 */
function tunnelledIn(text) {
  if (isIP(text) !== 6) return [];
  const words = wordsOf(text);
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = words;
  const [seventh = 0, eighth = 0] = words.slice(6);
  if (first === 0x2001 && second === 0)
    return [ipv4(third, fourth), ipv4(seventh ^ 0xffff, eighth ^ 0xffff)];
  if ((fifth & 0xfdff) === 0 && sixth === 0x5efe) return [ipv4(seventh, eighth)];
  if (first !== 0x64 || second !== 0xff9b || third !== 1) return [];
  if ((fourth | fifth | sixth) === 0) return [ipv4(seventh, eighth)];
  // RFC 6052: behind 48, 56, 64 and 96 bits; the byte at 64 is empty.
  return [
    ipv4(fourth, ((fifth & 0xff) << 8) | (sixth >> 8)),
    ipv4(((fourth & 0xff) << 8) | (fifth & 0xff), sixth),
    ipv4(((fifth & 0xff) << 8) | (sixth >> 8), ((sixth & 0xff) << 8) | (seventh >> 8)),
    ipv4(seventh, eighth),
  ];
}

/** @param {number} high @param {number} low */
function ipv4(high, low) {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight words of an IPv6 address. @param {string} text @returns {number[]} */
function wordsOf(text) {
  const [before = '', after] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const read = (/** @type {string} */ part) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  if (after === undefined) return read(before);
  const [start, end] = [read(before), read(after)];
  return [...start, ...Array(8 - start.length - end.length).fill(0), ...end];
}

/** A gateway or the system turns these IPv6 addresses into the IPv4 address that they hold. */
function addIPv4(
  /** @type {BlockList} */ networks,
  /** @type {string} */ address,
  /** @type {number} */ bits,
) {
  networks.addSubnet(address, bits, 'ipv4');
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const words = [a * 256 + b, c * 256 + d].map((word) => word.toString(16)).join(':');
  for (const prefix of ['::ffff:', '::ffff:0:', '::', '64:ff9b::'])
    networks.addSubnet(`${prefix}${words}`, 96 + bits, 'ipv6');
  networks.addSubnet(`2002:${words}::`, 16 + bits, 'ipv6');
}

/** Without brackets, zone and final dot, in lower case. @param {string} host */
function normalize(host) {
  return host
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%[^/]*/, '')
    .replace(/\.$/, '');
}
