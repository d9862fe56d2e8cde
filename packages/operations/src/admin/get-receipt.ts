import type { JobView } from '@renderdeck/domain';
import { findHost, findJobOfReceipt, findJobView, inSnapshot } from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

export type ReceiptDetail = { readonly view: JobView; readonly hostLastHeardAt: Date | null };

/** Returns the job of a receipt, with the receipt as it is now. */
export async function getReceipt(
  context: DatabaseContext,
  { number }: { readonly number: number },
): Promise<Result<ReceiptDetail>> {
  return await inSnapshot(context.db, async (tx): Promise<Result<ReceiptDetail>> => {
    const id = await findJobOfReceipt(tx, number);
    const view = id === null ? null : await findJobView(tx, id);
    if (view === null) return reject({ code: 'unknownReceipt', number });
    const asked = view.receipt?.host ?? null;
    const host = asked === null ? null : await findHost(tx, asked);
    return { ok: true, view, hostLastHeardAt: host?.lastHeardAt ?? null };
  });
}
