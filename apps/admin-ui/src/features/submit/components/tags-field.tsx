import { previewNoHost } from '@renderdeck/contract';
import { useHosts } from '../../../api/list-hosts.ts';
import { valueAt } from '../draft/job-value.ts';
import type { JobFormView } from './job-form-view.ts';
import { JobText } from './job-text.tsx';

const PATH = ['tags'] as const;

/** The tags of the draft; says so while no known host offers them. */
export function TagsField({ view }: { view: JobFormView }) {
  const hosts = useHosts();
  const value = valueAt(view.job, PATH);
  // Without any host, or before the first answer, the tags are not the reason.
  const known = typeof value === 'string' && hosts.length > 0;
  const noHost = known ? previewNoHost(value, hosts) : null;
  const what = 'Optional, joined by commas. Only a host that offers all of them gets the job.';
  return (
    <JobText
      view={view}
      path={PATH}
      label="Tags"
      description={noHost === null ? what : `${what} ${noHost}.`}
    />
  );
}
