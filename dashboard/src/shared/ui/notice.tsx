/** A message that stands in the page, calm unless it is a fault. */
import { Box, type BoxProps } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

/** `fault` is read out at once; `title` stands above the text. */
export function Notice({
  kind,
  title,
  children,
  ...box
}: BoxProps & { kind: 'fault' | 'caution' | 'plain'; title?: string; children: ReactNode }) {
  return (
    <Box
      {...box}
      className={classes.notice}
      mod={{ kind }}
      role={kind === 'fault' ? 'alert' : undefined}
    >
      {title !== undefined && <div className={classes.title}>{title}</div>}
      {children}
    </Box>
  );
}
