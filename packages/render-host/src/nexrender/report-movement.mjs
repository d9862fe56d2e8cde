// @ts-check
/**
 * Tells the daemon what this process moves: bytes of a copy, of its connections, and how far an
 * encoding is. The daemon itself sees the files in the scratch folder. It ends a render that moves
 * nothing; so nothing is sent while nothing changes.
 */
import { Socket } from 'node:net';
import { send } from './child-channel.mjs';
import { writeBytes } from './write-bytes.mjs';

const EVERY_MS = 250;
/** How far ffmpeg is, in its own lines. */
const ENCODED = /\btime=(\d+):(\d+):(\d+(?:\.\d+)?)/g;

/** @typedef {'copy' | 'encoding' | 'network'} Kind */
/** @type {Map<Kind, { amount: number, text: string }>} */
const changed = new Map();
let copied = 0;

/** Starts the reports, for as long as this process runs. */
export function startReports() {
  const countNetwork = watchConnections();
  let networkBytes = 0;
  const report = () => {
    const bytes = countNetwork();
    if (bytes !== networkBytes)
      changed.set('network', { amount: bytes, text: `${writeBytes(bytes)} over the network` });
    networkBytes = bytes;
    for (const [kind, { amount, text }] of changed) send({ type: 'moved', kind, amount, text });
    changed.clear();
  };
  setInterval(report, EVERY_MS).unref();
}

/** More bytes of a file were copied. @param {number} bytes @param {string} text the file so far */
export function reportCopied(bytes, text) {
  copied += bytes;
  changed.set('copy', { amount: copied, text });
}

/** Reads how far ffmpeg is from one of its lines. @param {string} line */
export function readEncoding(line) {
  const [, hours, minutes, seconds] = [...line.matchAll(ENCODED)].at(-1) ?? [];
  if (hours === undefined || minutes === undefined || seconds === undefined) return;
  const amount = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  changed.set('encoding', { amount, text: `${amount} s of the film encoded` });
}

/**
 * Counts the bytes of every connection that this process opens from now on, also encrypted ones.
 *
 * @returns {() => number}
 */
function watchConnections() {
  /** @type {Set<Socket>} */
  const open = new Set();
  let closedBytes = 0;
  const bytesOf = (/** @type {Socket} */ { bytesRead, bytesWritten }) => bytesRead + bytesWritten;
  const { connect } = Socket.prototype;
  // No event tells of encrypted connections too. Node and its fetch both call this method.
  Socket.prototype.connect = new Proxy(connect, {
    apply(target, socket, args) {
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        closedBytes += bytesOf(socket);
      });
      return Reflect.apply(target, socket, args);
    },
  });
  return () => [...open].reduce((sum, socket) => sum + bytesOf(socket), closedBytes);
}
