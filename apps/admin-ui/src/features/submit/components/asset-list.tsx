import { Button, NativeSelect, Stack, Title } from '@mantine/core';
import { useRef } from 'react';
import { isObject, listAt, type Path, valueAt } from '../draft/job-value.ts';
import { turnSource } from '../draft/turn-path.ts';
import { FormItem } from './form-item.tsx';
import { fieldId, fieldProps, type JobFormView } from './job-form-view.ts';
import { JobText, OtherFields } from './job-text.tsx';

const TYPES = ['image', 'video', 'audio', 'data', 'script', 'static'];
const SHOWN = ['type', 'src', 'layerName', 'property', 'value'];

/** The assets of the job: files for its layers, and data for their properties. */
export function AssetList({ view }: { view: JobFormView }) {
  const add = useRef<HTMLButtonElement>(null);
  const assets = listAt(view.job, ['assets']);
  return (
    <Stack role="region" aria-label="Assets" gap={12}>
      <Title order={2} fz="md">
        Assets
      </Title>
      {assets.map((_, index) => (
        <Asset key={index} view={view} index={index} onRemoved={() => add.current?.focus()} />
      ))}
      <Button
        ref={add}
        variant="default"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => {
          view.set(['assets', assets.length], { type: 'image' });
          const id = fieldId(`assets.${assets.length}.type`);
          requestAnimationFrame(() => document.getElementById(id)?.focus());
        }}
      >
        Add asset
      </Button>
    </Stack>
  );
}

type AssetProps = { view: JobFormView; index: number; onRemoved: () => void };

function Asset({ view, index, onRemoved }: AssetProps) {
  const path: Path = ['assets', index];
  const asset = valueAt(view.job, path);
  const type = String(valueAt(view.job, [...path, 'type']) ?? '');
  const inPlace = (name: string) => ({ view, path: [...path, name] });
  const remove = () => {
    view.set(path, undefined);
    onRemoved();
  };
  return (
    <FormItem legend={`Asset ${index + 1}`}>
      <NativeSelect
        {...fieldProps(view, [...path, 'type'])}
        label="Type"
        data={TYPES.includes(type) ? TYPES : [type, ...TYPES]}
        value={type}
        onChange={(event) => view.set([...path, 'type'], event.currentTarget.value)}
      />
      {type === 'data' ? (
        <>
          <JobText {...inPlace('layerName')} label="Layer" />
          <JobText {...inPlace('property')} label="Property" description="Such as Source Text." />
          <JobText {...inPlace('value')} label="Value" />
        </>
      ) : (
        <>
          <JobText
            {...inPlace('src')}
            label="File"
            description="A path or an address."
            turn={turnSource}
          />
          {type !== 'script' && type !== 'static' && (
            <JobText {...inPlace('layerName')} label="Layer" />
          )}
        </>
      )}
      <OtherFields names={isObject(asset) ? Object.keys(asset) : []} shown={SHOWN} />
      <Button variant="default" size="xs" style={{ alignSelf: 'flex-start' }} onClick={remove}>
        Remove asset {index + 1}
      </Button>
    </FormItem>
  );
}
