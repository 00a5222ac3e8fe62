/** Creates or changes a rule, with a dry run over past data. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type AlertRule, type MachineSummary, TEXT_LIMITS } from '../../../src/contracts/index.js';
import { saveRule } from '../shared/api/alerts.js';
import { errorMessage } from '../shared/api/errors.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { DryRun } from './dry-run.js';
import { QuietFields } from './quiet-fields.js';
import { definitionOf, draftErrors, draftOf, NEW_RULE, type RuleDraft } from './rule-draft.js';
import { ConditionFields, ReachFields } from './rule-fields.js';

/** `rule` is `null` for a new one. */
export function RuleForm(props: {
  rule: AlertRule | null;
  machines: readonly MachineSummary[];
  onDone: () => void;
}) {
  const { rule, machines, onDone } = props;
  const { api } = useServices();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<RuleDraft>({
    initialValues: rule === null ? NEW_RULE : draftOf(rule),
    validate: draftErrors,
  });
  const submit = form.onSubmit(async (draft) => {
    setFailure(null);
    try {
      await saveRule(api, rule?.id ?? null, definitionOf(draft, rule));
      await queries.invalidateQueries({ queryKey: ['alert-rules'] });
      showSuccess('Saved.');
      onDone();
    } catch (error) {
      setFailure(errorMessage(error));
    }
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <TextInput
          label="Name"
          maxLength={TEXT_LIMITS.name}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <ConditionFields form={form} />
        <ReachFields form={form} machines={machines} />
        <QuietFields form={form} />
        <DryRun
          definition={() =>
            form.validate().hasErrors ? null : definitionOf(form.getValues(), rule)
          }
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={form.submitting}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
