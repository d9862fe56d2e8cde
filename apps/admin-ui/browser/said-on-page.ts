import type { Page } from 'playwright-core';

/**
 * Records every text of these parts of the page, in order. `onText` runs at once, in this process,
 * so it can check what was true when the page showed it.
 */
export async function hearPage(
  page: Page,
  selectors: readonly string[],
  onText: (text: string) => void = () => {},
): Promise<readonly string[]> {
  const texts: string[] = [];
  await page.exposeFunction('heard', (text: string) => {
    if (text === texts.at(-1)) return;
    texts.push(text);
    onText(text);
  });
  await page.evaluate((parts) => {
    const textOf = (part: string) => {
      const root = document.querySelector(part);
      if (root === null) return '';
      const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const pieces: (string | null)[] = [];
      while (nodes.nextNode() !== null) pieces.push(nodes.currentNode.textContent);
      return pieces.join(' ').replace(/\s+/g, ' ');
    };
    const report = () => Reflect.get(window, 'heard')(parts.map(textOf).join(' | '));
    new MutationObserver(report).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    report();
  }, selectors);
  return texts;
}
