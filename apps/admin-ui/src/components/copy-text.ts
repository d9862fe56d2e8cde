export const NOT_COPIED = 'Not copied: the browser does not allow it here.';

/**
 * Copies a text. False where the browser does not allow it: the user forbids it, or the page came
 * without https, where browsers have no clipboard at all.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
