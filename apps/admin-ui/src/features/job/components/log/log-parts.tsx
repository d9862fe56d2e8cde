import { Button, Text } from '@mantine/core';
import { formatFileSize, type WireJob } from '@renderdeck/contract';
import type { ReactNode } from 'react';

type DownloadProps = {
  readonly job: WireJob;
  readonly attempt: number;
  readonly log: { readonly start: number; readonly size: number };
};

/** A link to the whole log as a file. */
export function LogDownload({ job, attempt, log }: DownloadProps) {
  return (
    <Button
      component="a"
      size="compact-sm"
      variant="default"
      href={`/api/jobs/${job.id}/attempts/${attempt}/log?download=true`}
      download
    >
      {log.start > 0 ? `Download all (${formatFileSize(log.size)})` : 'Download'}
    </Button>
  );
}

/** A sentence about the log. */
export function LogNote({ children }: { children: ReactNode }) {
  return (
    <Text c="dimmed" my={4}>
      {children}
    </Text>
  );
}
