import { Button, Stack } from '@mantine/core';
import { isObject, listAt, type Path, valueAt, withValue } from '../draft/job-value.ts';
import { turnOutput } from '../draft/turn-path.ts';
import { FormItem } from './form-item.tsx';
import type { JobFormView } from './job-form-view.ts';
import { JobText, OtherFields } from './job-text.tsx';

const COPY = '@nexrender/action-copy';
const LIST: Path = ['actions', 'postrender'];

/** The place of the result, which the first copy action has. Then the other actions. */
export function OutputFields({ view }: { view: JobFormView }) {
  const actions = listAt(view.job, LIST);
  const found = actions.findIndex((action) => valueAt(action, ['module']) === COPY);
  const copy = found < 0 ? actions.length : found;
  const path: Path = [...LIST, copy];
  const setOutput = (output: string) => {
    const action = actions[copy] ?? { module: COPY };
    const changed = withValue(action, ['output'], output === '' ? undefined : output);
    const isEmpty = isObject(changed) && Object.keys(changed).length === 1;
    if (!isEmpty || found >= 0) view.set(path, isEmpty ? undefined : changed);
  };
  return (
    <Stack role="region" aria-label="After the render" gap={12}>
      <JobText
        view={view}
        path={[...path, 'output']}
        label="Output"
        description="The file that the result is copied to when the render is done."
        onChange={setOutput}
        turn={turnOutput}
      />
      {actions.map((action, index) => (
        <Action key={index} view={view} index={index} isOutput={index === found} action={action} />
      ))}
      <Button
        variant="default"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => view.set([...LIST, actions.length], { module: '@nexrender/action-encode' })}
      >
        Add action
      </Button>
    </Stack>
  );
}

type ActionProps = {
  view: JobFormView;
  index: number;
  isOutput: boolean;
  action: Parameters<typeof valueAt>[0];
};

function Action({ view, index, isOutput, action }: ActionProps) {
  const path: Path = [...LIST, index];
  const names = isObject(action) ? Object.keys(action) : [];
  if (isOutput) return <OtherFields names={names} shown={['module', 'output']} />;
  return (
    <FormItem legend={`Action ${index + 1} after the render`}>
      <JobText view={view} path={[...path, 'module']} label="Module" />
      <JobText view={view} path={[...path, 'input']} label="Input" />
      <JobText view={view} path={[...path, 'output']} label="Output" turn={turnOutput} />
      <OtherFields names={names} shown={['module', 'input', 'output']} />
      <Button
        variant="default"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => view.set(path, undefined)}
      >
        Remove action {index + 1}
      </Button>
    </FormItem>
  );
}
