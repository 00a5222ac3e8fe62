/** `/alerts/silences`: silences that hold, that come, and that are over. */
import { Button, Center, Loader, Modal, Text, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Silence } from '../../../src/contracts/index.js';
import { serverNow } from '../shared/clock.js';
import { useFleet } from '../shared/live/use-fleet.js';
import { useIsAdmin } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import classes from './alerts.module.css';
import { machineNames } from './machine-names.js';
import { newSilence, type SilenceDraft, silenceDraft } from './silence-draft.js';
import { SilenceForm } from './silence-form.js';
import { SilenceItem } from './silence-item.js';
import type { SilenceNames } from './silence-text.js';
import { useRules } from './use-alerts.js';
import { useEndedSilences, useOpenSilences } from './use-silences.js';

interface Editing {
  /** `null` for a new one. */
  silence: Silence | null;
  draft: SilenceDraft;
}

/** `?new&machine=…&rule=…` opens the form for a new silence of these. */
function fromAddress(parameters: URLSearchParams): Editing | null {
  if (!parameters.has('new')) return null;
  const machineIds = parameters.getAll('machine');
  const ruleIds = parameters.getAll('rule');
  return { silence: null, draft: newSilence(serverNow(), { machineIds, ruleIds }) };
}

/** All silences; administrators can make, change and end them. */
export function SilencesPage() {
  const open = useOpenSilences();
  const ended = useEndedSilences();
  const rules = useRules();
  const fleet = useFleet();
  const isAdmin = useIsAdmin();
  const [parameters, setParameters] = useSearchParams();
  const [editing, setEditing] = useState<Editing | null>(() => fromAddress(parameters));
  useDocumentTitle('Silences · procspy');
  const close = () => {
    setEditing(null);
    setParameters({}, { replace: true });
  };
  const edit = (silence: Silence) =>
    setEditing({
      silence: silence.state === 'ended' ? null : silence,
      draft: silenceDraft(silence, serverNow()),
    });
  const names: SilenceNames = {
    machine: machineNames(fleet),
    rule: (id) => rules.data?.find((rule) => rule.id === id)?.name ?? 'a deleted rule',
  };
  const past = ended.data?.pages.flatMap(({ items }) => items) ?? [];
  const error = open.error ?? ended.error;
  const list = (title: string, silences: readonly Silence[]) =>
    silences.length > 0 && (
      <section className={classes.section} aria-label={title}>
        <h2 className={classes.logTitle}>{title}</h2>
        <ul className={`panel ${classes.list}`}>
          {silences.map((silence) => (
            <SilenceItem
              key={silence.id}
              silence={silence}
              names={names}
              onEdit={() => edit(silence)}
            />
          ))}
        </ul>
      </section>
    );

  return (
    <>
      <div className={classes.top}>
        <VisuallyHidden component="h1">Silences</VisuallyHidden>
        <Text size="sm" c="dimmed">
          Alerts are recorded as always, and nobody is told. What still lasts at the end is told
          then.
        </Text>
        {isAdmin && (
          <Button
            size="xs"
            leftSection={<IconPlus size={15} />}
            onClick={() => setEditing({ silence: null, draft: newSilence(serverNow()) })}
          >
            New silence
          </Button>
        )}
      </div>
      {error !== null && (
        <Notice kind="error" mb="md">
          {error.message}
        </Notice>
      )}
      {(open.isPending || ended.isPending || rules.isPending) && error === null && (
        <Center mih="30vh">
          <Loader aria-label="Loading" />
        </Center>
      )}
      {open.data?.length === 0 && ended.data !== undefined && past.length === 0 && (
        <div className={`panel ${classes.empty}`}>
          <Text c="dimmed">No silence: every alert is told.</Text>
        </div>
      )}
      {rules.data !== undefined && (
        <>
          {list('Active', open.data?.filter(({ state }) => state === 'active') ?? [])}
          {list('Coming', open.data?.filter(({ state }) => state === 'coming') ?? [])}
          {list('Past', past)}
        </>
      )}
      {ended.hasNextPage && (
        <Center mt="md">
          <Button
            variant="default"
            loading={ended.isFetchingNextPage}
            onClick={() => void ended.fetchNextPage()}
          >
            Show more
          </Button>
        </Center>
      )}
      <Modal
        opened={editing !== null && isAdmin}
        onClose={close}
        size="lg"
        title={editing?.silence == null ? 'New silence' : 'Change silence'}
      >
        {editing !== null && rules.data !== undefined && (
          <SilenceForm
            silence={editing.silence}
            draft={editing.draft}
            machines={fleet.machines}
            machineName={names.machine}
            rules={rules.data}
            onDone={close}
          />
        )}
      </Modal>
    </>
  );
}
