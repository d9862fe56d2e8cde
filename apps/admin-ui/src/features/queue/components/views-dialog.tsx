import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../../api/me.ts';
import { Dialog, DialogButtons } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import {
  MOST_VIEWS,
  removeView,
  saveView,
  useSavedViews,
} from '../../../components/views/saved-views.ts';
import type { QueueFilter } from '../api/queue-search.ts';

/** Saves the list as it is now under a name, and removes saved views. */
export function ViewsDialog({ filter, onClose }: { filter: QueueFilter; onClose: () => void }) {
  const { user } = useMe();
  const views = useSavedViews(user.name);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const text = name.trim();
    const isNew = views.every((view) => view.name !== text);
    if (text === '') return setProblem('Give the view a name.');
    if (isNew && views.length >= MOST_VIEWS)
      return setProblem(`There are ${MOST_VIEWS} views, the most. Remove one first.`);
    saveView(user.name, { name: text, search: filter });
    onClose();
  };
  return (
    <Dialog title="Saved views" width={420} onClose={onClose}>
      <form onSubmit={save} noValidate>
        <TextInput
          data-autofocus
          label="Name for the list as it is now"
          description="Its tab, filter and order are saved in this browser."
          maxLength={60}
          value={name}
          error={problem}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <DialogButtons>
          <Button variant="plain" onClick={onClose}>
            Close
          </Button>
          <Button type="submit">Save view</Button>
        </DialogButtons>
      </form>
      {views.length > 0 && (
        <Stack component="ul" gap={4} mt={16} p={0} style={{ listStyle: 'none' }}>
          {views.map((view) => (
            <Group key={view.name} component="li" justify="space-between" wrap="nowrap">
              <Text style={{ overflowWrap: 'anywhere' }}>
                <Name of={view.name} />
              </Text>
              <Button
                variant="plain"
                size="compact-sm"
                aria-label={`Remove ${view.name}`}
                onClick={() => removeView(user.name, view.name)}
              >
                Remove
              </Button>
            </Group>
          ))}
        </Stack>
      )}
    </Dialog>
  );
}
