/** Text to paste elsewhere, such as a command or a key, with a button that copies it. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './copy-box.module.css';
import { useCopy } from './copy-text.js';

const COPY_TEXT = { copied: 'Copied', failed: 'Select the text and copy it' } as const;

/**
 * `label` names the button, e.g. "Copy the command". `make` makes the text that is copied, if it is
 * not the one that is shown; `null` if that failed.
 */
export function CopyBox(props: {
  text: string;
  label: string;
  make?: () => Promise<string | null>;
}) {
  const { text, label, make } = props;
  const { outcome, copy } = useCopy();
  const shown = outcome === null ? label : COPY_TEXT[outcome];
  return (
    <div className={classes.box}>
      <code className={classes.code}>{text}</code>
      <Tooltip label={shown} withArrow opened={outcome === null ? undefined : true}>
        <ActionIcon
          variant="subtle"
          color={outcome === 'copied' ? 'brand' : 'gray'}
          aria-label={shown}
          onClick={() => copy(make ?? text)}
        >
          {outcome === 'copied' ? <IconCheck size={17} /> : <IconCopy size={17} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
