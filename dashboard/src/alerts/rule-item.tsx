/** One rule in the list, with its switch. */
import { ActionIcon, Group, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  type AlertRule,
  formatDuration,
  type MachineSummary,
} from '../../../src/contracts/index.js';
import { deleteRule, enableRule } from '../shared/api/alerts.js';
import { useIsAdmin, useServices } from '../shared/services.js';
import { ConfirmDialog } from '../shared/ui/confirm-dialog.js';
import { showError } from '../shared/ui/toasts.js';
import { conditionText, notifiedNames, scopeText } from './alert-text.js';
import classes from './alerts.module.css';
import { quietText } from './quiet-text.js';
import { SeverityBadge } from './severity-badge.js';
import { useChannels } from './use-alerts.js';

/** `machines` provides the names of the machines that the rule covers. */
export function RuleItem(props: {
  rule: AlertRule;
  machines: readonly MachineSummary[];
  onEdit: () => void;
}) {
  const { rule, machines, onEdit } = props;
  const { api } = useServices();
  const queries = useQueryClient();
  const isAdmin = useIsAdmin();
  const [deleting, { open, close }] = useDisclosure(false);
  const enable = useMutation({
    mutationFn: (enabled: boolean) => enableRule(api, rule.id, enabled),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['alert-rules'] }),
    onError: showError,
  });
  const nameOf = (id: string) =>
    machines.find(({ machine_id }) => machine_id === id)?.machine_name ?? 'unknown machine';

  return (
    <li className={`${classes.item} ${classes.rule}`} data-off={!rule.enabled || undefined}>
      <Switch
        aria-label={`${rule.name} is on`}
        checked={enable.isPending ? enable.variables : rule.enabled}
        disabled={!isAdmin}
        onChange={(event) => enable.mutate(event.currentTarget.checked)}
      />
      <SeverityBadge severity={rule.severity} over={!rule.enabled} />
      <span className={classes.subject}>
        {rule.name}
        <RuleNotes rule={rule} />
      </span>
      <span className={classes.wide}>{conditionText(rule)}</span>
      <span className={`${classes.dim} ${classes.wide}`}>{scopeText(rule.scope, nameOf)}</span>
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

/**
 * The channels the rule notifies, and its quiet hours. A rule that notifies nobody is highlighted.
 */
function RuleNotes({ rule }: { rule: AlertRule }) {
  const channels = useChannels();
  const notified = channels.data === undefined ? null : notifiedNames(rule, channels.data);
  return (
    <span className={classes.notes}>
      {notified !== null && notified.length > 0 && <span>Notifies {notified.join(', ')}</span>}
      {notified?.length === 0 && <span className={classes.nobody}>Notifies nobody</span>}
      {rule.repeat_seconds !== null && (
        <span>Reminds every {formatDuration(rule.repeat_seconds)}</span>
      )}
      {rule.quiet_hours !== null && <span>Quiet {quietText(rule.quiet_hours)}</span>}
    </span>
  );
}
