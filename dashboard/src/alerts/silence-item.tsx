/** One silence in the list. */
import { ActionIcon, Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import type { Silence } from '../../../src/contracts/index.js';
import { useServerNow } from '../shared/clock.js';
import { useIsAdmin } from '../shared/services.js';
import { ConfirmDialog } from '../shared/ui/confirm-dialog.js';
import classes from './alerts.module.css';
import { coveredText, type SilenceNames, whenText } from './silence-text.js';
import { useEndSilence } from './use-silences.js';

const RENEW_MS = 15_000;

/** `onEdit` opens the form: for one that is over, to make it again. */
export function SilenceItem(props: { silence: Silence; names: SilenceNames; onEdit: () => void }) {
  const { silence, names, onEdit } = props;
  const { state, comment, created_by } = silence;
  const now = useServerNow(RENEW_MS);
  const isAdmin = useIsAdmin();
  const [ending, { open, close }] = useDisclosure(false);
  const end = useEndSilence();
  const covered = coveredText(silence, names);
  return (
    <li className={`${classes.item} ${classes.silence}`} data-off={state === 'ended' || undefined}>
      <span className={classes.subject}>{covered}</span>
      <span className={classes.when}>{whenText(silence, now)}</span>
      <span className={classes.dim}>
        {comment !== '' && `${comment} · `}
        by {created_by}
      </span>
      {isAdmin && (
        <Group gap={4} wrap="nowrap" className={classes.action}>
          {state === 'ended' ? (
            <Button size="compact-xs" variant="default" onClick={onEdit}>
              Again
            </Button>
          ) : (
            <>
              <Button size="compact-xs" variant="default" onClick={open}>
                End
              </Button>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Change the silence of ${covered}`}
                onClick={onEdit}
              >
                <IconPencil size={17} />
              </ActionIcon>
            </>
          )}
        </Group>
      )}
      <ConfirmDialog
        opened={ending}
        title="End this silence?"
        action="End it"
        onConfirm={() => end(silence.id)}
        onClose={close}
      >
        {state === 'active'
          ? 'Whatever still lasts is told within seconds.'
          : 'It does not come any more.'}
      </ConfirmDialog>
    </li>
  );
}
