import type { WebhookMessage } from './message.ts';

/** The page that shows what a message tells, under the address that people know Renderdeck by. */
export function linkOfMessage(publicUrl: string, { data }: Pick<WebhookMessage, 'data'>): string {
  const base = publicUrl.replace(/\/+$/, '');
  if (data.job !== undefined) return `${base}/jobs/${data.job.id}`;
  if (data.host !== undefined) return `${base}/hosts?host=${encodeURIComponent(data.host.name)}`;
  return `${base}/notices`;
}
