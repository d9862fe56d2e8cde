import { type HostRecord, NEW_RECORD } from '@renderdeck/domain';
import { openHostFile } from '@renderdeck/render-host';
import { z } from 'zod';

const stored: z.ZodType<HostRecord> = z.object({
  unclear: z.int().min(0),
  pauses: z.int().min(0),
  problem: z.string().nullable(),
});

/** What this host remembers of its renders; a damaged file counts as none. */
export async function openHostRecord(scratchRoot: string): Promise<{
  readonly record: HostRecord;
  saveRecord(record: HostRecord): Promise<void>;
}> {
  const file = await openHostFile(scratchRoot, 'record.json');
  const read = stored.safeParse(await file.read());
  return {
    record: read.success ? read.data : NEW_RECORD,
    saveRecord: (record) => file.write(record),
  };
}
