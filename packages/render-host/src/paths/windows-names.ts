/** Windows opens a device for such a name, in any folder: `nul.txt`, `COM1 .log`. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:[.:]|$)/i;
/** Windows drops a dot or a blank at the end of a name: `a.` and `a ` are the file `a`. */
const DROPPED_END = /[. ]$/;

/**
 * Whether a program on Windows reads this name of a file or folder as something else: a device,
 * another name, or a stream of another file. Node itself can create and delete such names.
 */
export function isMisreadByWindows(name: string): boolean {
  return name.includes(':') || DEVICE.test(name) || DROPPED_END.test(name);
}
