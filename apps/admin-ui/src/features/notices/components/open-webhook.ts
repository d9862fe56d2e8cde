import type { WireWebhook } from '@renderdeck/contract';

/** A dialog about one webhook. */
export type OpenWebhook = { readonly dialog: 'edit' | 'delete'; readonly webhook: WireWebhook };
