/** A secret that the server shows once. */
import { Stack } from '@mantine/core';
import { CopyBox } from './copy-box.js';
import { Notice } from './notice.js';

/** `what` is what the secret is, in lower case, e.g. "key". */
export function SecretOnce({ value, what }: { value: string; what: string }) {
  return (
    <Stack gap="sm">
      <Notice kind="warning">
        This {what} is shown only now. Keep it like a password; whoever has it can use it.
      </Notice>
      <CopyBox text={value} label={`Copy the ${what}`} />
    </Stack>
  );
}
