/** The saved views: open one, save the present one, put them in order. */
import { Button, Menu } from '@mantine/core';
import { IconBookmark, IconCheck, IconStarFilled } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { ListView } from './list-view.js';
import { savedAs, viewOfSaved } from './saved-views.js';
import { useSavedViews } from './use-list-view.js';

const ViewDialogs = lazy(async () => ({
  default: (await import('./view-dialogs.js')).ViewDialogs,
}));

/** `onOpen` shows a view. */
export function ViewMenu(props: { view: ListView; onOpen: (view: ListView) => void }) {
  const { view, onOpen } = props;
  const { views, defaultName } = useSavedViews();
  const [dialog, setDialog] = useState<'save' | 'manage' | null>(null);
  const current = savedAs(views, view);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="sm" variant="default" leftSection={<IconBookmark size={16} />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.map((saved) => (
            <Menu.Item
              key={saved.name}
              aria-current={saved === current || undefined}
              leftSection={
                saved === current ? <IconCheck size={14} /> : <span style={{ width: 14 }} />
              }
              rightSection={
                saved.name === defaultName ? (
                  <IconStarFilled size={13} role="img" aria-label="opens by itself" />
                ) : null
              }
              onClick={() => onOpen(viewOfSaved(saved))}
            >
              {saved.name}
            </Menu.Item>
          ))}
          {views.length === 0 && <Menu.Label>No view is saved yet</Menu.Label>}
          <Menu.Divider />
          <Menu.Item onClick={() => setDialog('save')}>Save this view…</Menu.Item>
          <Menu.Item disabled={views.length === 0} onClick={() => setDialog('manage')}>
            Edit views…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog !== null && (
        <Suspense fallback={null}>
          <ViewDialogs dialog={dialog} view={view} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  );
}
