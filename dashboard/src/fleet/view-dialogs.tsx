/** The dialogs of the saved views. */
import { ActionIcon, Button, Group, Modal, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { ListView } from './list-view.js';
import {
  keyed,
  nameFault,
  renamed,
  SAVED_VIEW_LIMITS,
  type SavedView,
  savedAs,
  withView,
} from './saved-views.js';
import { useAhead } from './use-ahead.js';
import { useSavedViews } from './use-list-view.js';

/** The dialog that saves the present view, or the one that renames and deletes. */
export function ViewDialogs(props: {
  dialog: 'save' | 'manage';
  view: ListView;
  onClose: () => void;
}) {
  const { dialog, view, onClose } = props;
  const title = dialog === 'save' ? 'Save this view' : 'Saved views';
  return (
    <Modal opened onClose={onClose} title={title}>
      {dialog === 'save' ? (
        <SaveForm view={view} onSaved={onClose} />
      ) : (
        <ViewList onDone={onClose} />
      )}
    </Modal>
  );
}

function SaveForm({ view, onSaved }: { view: ListView; onSaved: () => void }) {
  const { views, setViews, defaultName, setDefaultName } = useSavedViews();
  const [name, setName] = useState(savedAs(views, view)?.name ?? '');
  const [choice, setChoice] = useState<boolean | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const wanted = name.trim();
  const isNew = !views.some((saved) => saved.name === wanted);
  const opens = choice ?? (!isNew && wanted === defaultName);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const wrong =
      nameFault(wanted, []) ??
      (isNew && views.length >= SAVED_VIEW_LIMITS.views ? 'Delete another view first' : null);
    setFault(wrong);
    if (wrong !== null) return;
    setViews(withView(views, wanted, view));
    if (opens) setDefaultName(wanted);
    else if (wanted === defaultName) setDefaultName(null);
    onSaved();
  };
  return (
    <form onSubmit={save} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          Search, status, groups, order and columns as they are now. To show others the same, send
          them the address of the page.
        </Text>
        <TextInput
          label="Name of the view"
          placeholder="e.g. Production by tag"
          data-autofocus
          value={name}
          error={fault}
          description={isNew ? undefined : 'Replaces the view of this name'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Switch
          label="Open the list with this view"
          checked={opens}
          onChange={(event) => setChoice(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button type="submit">Save</Button>
        </Group>
      </Stack>
    </form>
  );
}

function ViewList({ onDone }: { onDone: () => void }) {
  const { views, setViews, defaultName, setDefaultName } = useSavedViews();
  const remove = ({ name }: SavedView) => {
    setViews(views.filter((other) => other.name !== name));
    if (name === defaultName) setDefaultName(null);
  };
  const rename = ({ name }: SavedView, to: string) => {
    setViews(renamed(views, name, to));
    if (name === defaultName) setDefaultName(to);
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The view with the star opens by itself.
      </Text>
      {keyed(views).map(({ key, view }) => (
        <ViewItem
          key={key}
          view={view}
          taken={views.map(({ name }) => name).filter((name) => name !== view.name)}
          isDefault={view.name === defaultName}
          onRename={(to) => rename(view, to)}
          onDefault={() => setDefaultName(view.name === defaultName ? null : view.name)}
          onDelete={() => remove(view)}
        />
      ))}
      {views.length === 0 && <Text size="sm">No view is left.</Text>}
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}

function ViewItem(props: {
  view: SavedView;
  taken: readonly string[];
  isDefault: boolean;
  onRename: (to: string) => void;
  onDefault: () => void;
  onDelete: () => void;
}) {
  const { view, taken, isDefault, onRename, onDefault, onDelete } = props;
  const [name, setName] = useAhead(view.name);
  const fault = nameFault(name.trim(), taken);
  const finish = () => {
    if (fault === null && name.trim() !== view.name) onRename(name.trim());
  };
  const Star = isDefault ? IconStarFilled : IconStar;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <TextInput
        flex={1}
        aria-label={`Name of the view ${view.name}`}
        value={name}
        error={fault}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish();
        }}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={`Open the list with ${view.name}`}
        aria-pressed={isDefault}
        onClick={onDefault}
      >
        <Star size={17} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="red"
        size={36}
        aria-label={`Delete ${view.name}`}
        onClick={onDelete}
      >
        <IconTrash size={17} />
      </ActionIcon>
    </Group>
  );
}
