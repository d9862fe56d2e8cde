// @ts-check
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Writes a number of bytes for people, for example `12 MB`. @param {number} bytes */
export function writeBytes(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
