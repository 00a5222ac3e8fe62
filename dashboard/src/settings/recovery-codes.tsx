/** The recovery codes of a second factor, shown once. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { fileName, saveFile } from '../shared/download.js';
import { useCopy } from '../shared/ui/copy-text.js';
import { Notice } from '../shared/ui/notice.js';
import classes from './recovery-codes.module.css';

/** To copy or to download as a text file named after `email`. */
export function RecoveryCodes(props: {
  codes: readonly string[];
  email: string;
  onDone: () => void;
}) {
  const { codes, email, onDone } = props;
  const { outcome, copy } = useCopy();
  const text = `${codes.join('\n')}\n`;
  return (
    <Stack>
      <Text size="sm">
        The second factor is on. If you lose your phone, one of these codes lets you in instead of a
        code of the app. Each is good once.
      </Text>
      <Notice kind="warning">They are shown only now. Keep them where your password is not.</Notice>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group justify="space-between">
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={outcome === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
            onClick={() => copy(text)}
          >
            {outcome === 'failed' ? 'Select the codes and copy them' : 'Copy'}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => saveCodes(email, text)}
          >
            Download
          </Button>
        </Group>
        <Button onClick={onDone}>I have kept them</Button>
      </Group>
    </Stack>
  );
}

function saveCodes(email: string, text: string): void {
  const name = fileName(['procspy-recovery-codes', email], 'txt');
  saveFile(name, new Blob([text], { type: 'text/plain' }));
}
