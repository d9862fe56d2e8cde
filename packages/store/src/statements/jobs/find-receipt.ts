import { eq } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { receipts } from '../../schema/index.ts';

/** Rows: reads the job of a receipt, by primary key. Null if no receipt has the number. */
export async function findJobOfReceipt(db: Database, number: number): Promise<string | null> {
  const [row] = await db.select().from(receipts).where(eq(receipts.number, number));
  return row?.jobId ?? null;
}
