// @ts-check
/**
 * Cuts a stream of bytes into lines, with bounded memory and at a bounded rate, so that a program
 * with too much output does not overload the daemon. Long lines are cut. Lines beyond the rate are
 * left out, and one line counts them in their place.
 */
import { StringDecoder } from 'node:string_decoder';

/**
 * @typedef {object} BoundedLinesOptions
 * @property {(line: string) => void} onLine
 * @property {(line: string) => boolean} [isPrecious] lines that have an allowance of their own,
 * which ordinary lines cannot use
 * @property {number} [longestLine] in characters
 * @property {number} [bytesPerSecond]
 * @property {number} [burstBytes]
 * @property {() => number} [now] milliseconds of a clock that never goes back, unlike `Date.now`
 */

/** @param {BoundedLinesOptions} options */
export function createBoundedLines({ longestLine = 4000, ...rates }) {
  const decoder = new StringDecoder('utf8');
  const limiter = createLimiter(rates);
  let begun = '';
  let cutCharacters = 0;

  /** @param {string} part the next part of the unfinished line */
  function extend(part) {
    const room = longestLine - begun.length;
    begun += room >= part.length ? part : part.slice(0, Math.max(0, room));
    cutCharacters += Math.max(0, part.length - Math.max(0, room));
  }

  function endLine() {
    const line = cutCharacters > 0 ? `${begun} … (${cutCharacters} characters cut)` : begun;
    begun = '';
    cutCharacters = 0;
    limiter.pass(line);
  }

  return {
    /** @param {Buffer} chunk */
    push(chunk) {
      const text = decoder.write(chunk);
      let from = 0;
      for (let to = text.indexOf('\n', from); to !== -1; to = text.indexOf('\n', from)) {
        extend(text.slice(from, text[to - 1] === '\r' ? to - 1 : to));
        endLine();
        from = to + 1;
      }
      if (from < text.length) extend(text.slice(from));
    },
    /** At the end of the stream: passes on the unfinished line and the count of missing lines. */
    end() {
      extend(decoder.end());
      if (begun !== '') endLine();
      limiter.markMissing();
    },
  };
}

/**
 * Passes lines on at a bounded rate and counts the lines that it leaves out.
 *
 * @param {Omit<BoundedLinesOptions, 'longestLine'>} options
 */
function createLimiter(options) {
  const {
    onLine,
    isPrecious = () => false,
    bytesPerSecond = 32_000,
    burstBytes = 256_000,
    now = () => performance.now(),
  } = options;
  const ordinary = createAllowance(bytesPerSecond, burstBytes, now);
  const precious = createAllowance(bytesPerSecond, burstBytes, now);
  let lines = 0;
  let characters = 0;

  function markMissing() {
    if (lines === 0) return;
    const mark =
      `… ${lines} lines (${characters} characters) left out: ` +
      `more output than ${bytesPerSecond} bytes per second`;
    lines = 0;
    characters = 0;
    onLine(mark);
  }

  return {
    markMissing,
    /** @param {string} line */
    pass(line) {
      const allowance = isPrecious(line) ? precious : ordinary;
      if (!allowance.take(line.length + 1)) {
        lines += 1;
        characters += line.length + 1;
        return;
      }
      // The count is passed on before the next ordinary line.
      if (allowance === ordinary) markMissing();
      onLine(line);
    },
  };
}

/** @param {number} perSecond @param {number} most @param {() => number} now */
function createAllowance(perSecond, most, now) {
  let left = most;
  let at = now();
  return {
    /** @param {number} wanted */
    take(wanted) {
      const time = now();
      left = Math.min(most, left + ((time - at) / 1000) * perSecond);
      at = time;
      if (left < wanted) return false;
      left -= wanted;
      return true;
    },
  };
}
