/** Makes or changes a rule, beside what it would have done in the past. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { type AlertRule, type MachineSummary, TEXT_LIMITS } from '../../../src/contracts/index.js';
import { saveRule } from '../shared/api/alerts.js';
import { errorMessage } from '../shared/api/errors.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { notifiedNames } from './alert-text.js';
import { DryRun } from './dry-run.js';
import { QuietFields } from './quiet-fields.js';
import {
  definitionOf,
  draftErrors,
  draftOf,
  NEW_RULE,
  type RuleDraft,
  trialFault,
} from './rule-draft.js';
import { ConditionFields, ReachFields } from './rule-fields.js';
import classes from './rule-form.module.css';
import { ruleSentence } from './rule-sentence.js';
import { RULE_TEMPLATES } from './rule-templates.js';
import { useChannels } from './use-alerts.js';

/** `rule` is `null` for a new one. */
export function RuleForm(props: {
  rule: AlertRule | null;
  machines: readonly MachineSummary[];
  machineName: (id: string) => string;
  onDone: () => void;
}) {
  const { rule, machines, machineName, onDone } = props;
  const { api } = useServices();
  const queries = useQueryClient();
  const channels = useChannels();
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
  const draft = form.getValues();
  const definition = definitionOf(draft, rule);
  const told = channels.data === undefined ? null : notifiedNames(definition, channels.data);
  const sentence = ruleSentence(definition, {
    machine: machineName,
    channels: told,
  });
  const fill = (template: (typeof RULE_TEMPLATES)[number]) => {
    const { scope, tags, machineIds, channelIds } = draft;
    form.setValues({ ...NEW_RULE, scope, tags, machineIds, channelIds, ...template.draft });
    form.clearErrors();
  };

  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      {rule === null && (
        <fieldset className={classes.templates}>
          <legend className={classes.legend}>Begin with</legend>
          {RULE_TEMPLATES.map((template) => (
            <Button
              key={template.label}
              size="compact-sm"
              variant="default"
              onClick={() => fill(template)}
            >
              {template.label}
            </Button>
          ))}
        </fieldset>
      )}
      <p className={classes.sentence}>{sentence}.</p>
      {told?.length === 0 && <NobodyTold hasChannels={channels.data?.length !== 0} />}
      {failure !== null && <Notice kind="error">{failure}</Notice>}
      <div className={classes.columns}>
        <Stack>
          <TextInput
            label="Name"
            maxLength={TEXT_LIMITS.name}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <ConditionFields form={form} />
          <ReachFields form={form} machines={machines} />
          <QuietFields form={form} />
        </Stack>
        <DryRun definition={definition} fault={trialFault(draft)} machines={machines} />
      </div>
      <Group justify="flex-end" className={classes.buttons}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={form.submitting}>
          Save
        </Button>
      </Group>
    </form>
  );
}

function NobodyTold({ hasChannels }: { hasChannels: boolean }) {
  return (
    <Notice kind="warning">
      {hasChannels ? (
        'Nobody is told of its alerts. Choose a channel under “Notify”.'
      ) : (
        <>
          Nobody is told of its alerts: there is no channel yet.{' '}
          <Link to="/alerts/channels?new">Add one</Link>
        </>
      )}
    </Notice>
  );
}
