/** One rule in the list, with its switch. */
import { ActionIcon, Group, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { AlertRule } from '../../../src/contracts/index.js';
import { deleteRule, enableRule } from '../shared/api/alerts.js';
import { useIsAdmin, useServices } from '../shared/services.js';
import { ConfirmDialog } from '../shared/ui/confirm-dialog.js';
import { showError } from '../shared/ui/toasts.js';
import { notifiedNames } from './alert-text.js';
import classes from './alerts.module.css';
import { ruleSentence } from './rule-sentence.js';
import { SeverityBadge } from './severity-badge.js';
import { useChannels } from './use-alerts.js';

/** `machineName` provides the names of the machines that the rule covers. */
export function RuleItem(props: {
  rule: AlertRule;
  machineName: (id: string) => string;
  onEdit: () => void;
}) {
  const { rule, machineName, onEdit } = props;
  const { api } = useServices();
  const queries = useQueryClient();
  const isAdmin = useIsAdmin();
  const [deleting, { open, close }] = useDisclosure(false);
  const enable = useMutation({
    mutationFn: (enabled: boolean) => enableRule(api, rule.id, enabled),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['alert-rules'] }),
    onError: showError,
  });
  const channels = useChannels();
  const told = channels.data === undefined ? null : notifiedNames(rule, channels.data);
  const sentence = ruleSentence(rule, {
    machine: machineName,
    channels: told,
  });

  return (
    <li className={`${classes.item} ${classes.rule}`} data-off={!rule.enabled || undefined}>
      <Switch
        aria-label={`${rule.name} is on`}
        checked={enable.isPending ? enable.variables : rule.enabled}
        disabled={!isAdmin}
        onChange={(event) => enable.mutate(event.currentTarget.checked)}
      />
      <SeverityBadge severity={rule.severity} over={!rule.enabled} />
      <span className={classes.subject}>{rule.name}</span>
      <span className={classes.wide}>
        {sentence}.{' '}
        {told?.length === 0 && rule.enabled && isAdmin && (
          <Link className={classes.nobody} to={`/alerts/rules?edit=${rule.id}`}>
            Choose a channel
          </Link>
        )}
      </span>
      {isAdmin && (
        <Group gap={4} wrap="nowrap" className={classes.action}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Change ${rule.name}`}
            onClick={onEdit}
          >
            <IconPencil size={17} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Delete ${rule.name}`}
            onClick={open}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </Group>
      )}
      <ConfirmDialog
        opened={deleting}
        title={`Delete ${rule.name}?`}
        action="Delete"
        onConfirm={async () => {
          await deleteRule(api, rule.id);
          await queries.invalidateQueries({ queryKey: ['alert-rules'] });
        }}
        onClose={close}
      >
        Its open alerts end. Alerts that are over stay in the history.
      </ConfirmDialog>
    </li>
  );
}
