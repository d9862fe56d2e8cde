/** Windows opens a device for these, in any folder and with any ending: `nul.txt`, `COM1 .log`. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:[.:]|$)/i;
/** Windows drops them: `a.` and `a ` are the file `a`. */
const DROPPED_END = /[. ]$/;

/**
 * True for the name of a file or folder that a program on Windows reads as something else: as a
 * device, as another name, or as a stream of another file. Node itself can make and delete them.
 */
export function isMisreadByWindows(name: string): boolean {
  return name.includes(':') || DEVICE.test(name) || DROPPED_END.test(name);
}
