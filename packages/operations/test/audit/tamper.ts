import type { Farm } from '../../testing/farm.ts';

/** Changes rows as the owner of the server could, without the triggers that protect them. */
export async function tamper(farm: Farm, statement: string): Promise<void> {
  await farm.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
}
