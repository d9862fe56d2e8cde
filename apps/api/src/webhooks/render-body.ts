import { describeMessage, linkOfMessage, webhookMessageSchema } from '@renderdeck/contract';
import type { ClaimedDelivery } from '@renderdeck/operations';

/**
 * The body of a message, in the shape of its webhook. Each try of a message has the same. With the
 * address of the page, it links to what it tells.
 */
export function renderBody(
  { id, type, facts, at, shape }: ClaimedDelivery,
  publicUrl: string | null,
): string {
  const made = webhookMessageSchema.parse({ id, type, timestamp: at, url: null, data: facts });
  const url = publicUrl === null ? null : linkOfMessage(publicUrl, made);
  if (shape === 'renderdeck') return JSON.stringify({ ...made, url });
  const text = escapeSlack(describeMessage(made));
  return JSON.stringify({ text: url === null ? text : `${text} <${escapeSlack(url)}|Open>` });
}

/** Slack reads these three as markup: a name must not become a link or call everybody. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
