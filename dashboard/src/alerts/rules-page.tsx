/** `/alerts/rules`: alert rules. */
import { Button, Center, Loader, Modal, Text, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useSearchParams } from 'react-router';
import { useFleet } from '../shared/live/use-fleet.js';
import { useIsAdmin } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import classes from './alerts.module.css';
import { machineNames } from './machine-names.js';
import { RuleForm } from './rule-form.js';
import { RuleItem } from './rule-item.js';
import { useRules } from './use-alerts.js';

/** `?edit=<id>` and `?edit=new` open the form. */
const EDIT = 'edit';
const NEW = 'new';

/** All rules; administrators can change them. */
export function RulesPage() {
  const rules = useRules();
  const fleet = useFleet();
  const machineName = machineNames(fleet);
  const isAdmin = useIsAdmin();
  const [parameters, setParameters] = useSearchParams();
  const isNarrow = useMediaQuery('(max-width: 48em)') ?? false;
  useDocumentTitle('Alert rules · procspy');
  const edited = parameters.get(EDIT);
  const editing = !isAdmin
    ? null
    : edited === NEW
      ? NEW
      : (rules.data?.find(({ id }) => id === edited) ?? null);
  const edit = (id: string) => setParameters({ [EDIT]: id });
  const close = () => setParameters({}, { replace: true });

  return (
    <>
      <div className={classes.top}>
        <VisuallyHidden component="h1">Rules</VisuallyHidden>
        <Text size="sm" c="dimmed">
          Rules decide when an alert fires. New machines are covered at once.
        </Text>
        {isAdmin && (
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => edit(NEW)}>
            New rule
          </Button>
        )}
      </div>
      {rules.error !== null && (
        <Notice kind="error" mb="md">
          {rules.error.message}
        </Notice>
      )}
      {rules.isPending && (
        <Center mih="30vh">
          <Loader aria-label="Loading" />
        </Center>
      )}
      {rules.data?.length === 0 && (
        <div className={`panel ${classes.empty}`}>
          <Text c="dimmed">No rule, so no alert will ever fire.</Text>
        </div>
      )}
      {rules.data !== undefined && rules.data.length > 0 && (
        <ul className={`panel ${classes.list}`}>
          {rules.data.map((rule) => (
            <RuleItem
              key={rule.id}
              rule={rule}
              machineName={machineName}
              onEdit={() => edit(rule.id)}
            />
          ))}
        </ul>
      )}
      <Modal
        opened={editing !== null}
        onClose={close}
        size={1080}
        fullScreen={isNarrow}
        title={editing === NEW ? 'New rule' : 'Change rule'}
      >
        {editing !== null && (
          <RuleForm
            rule={editing === NEW ? null : editing}
            machines={fleet.machines}
            machineName={machineName}
            onDone={close}
          />
        )}
      </Modal>
    </>
  );
}
