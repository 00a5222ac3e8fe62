/** A message inside the page. */
import { Box, type BoxProps } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

/** Screen readers announce an `error` at once; `title` stands above the text. */
export function Notice({
  kind,
  title,
  children,
  ...box
}: BoxProps & { kind: 'error' | 'warning' | 'info'; title?: string; children: ReactNode }) {
  return (
    <Box
      {...box}
      className={classes.notice}
      mod={{ kind }}
      role={kind === 'error' ? 'alert' : undefined}
    >
      {title !== undefined && <div className={classes.title}>{title}</div>}
      {children}
    </Box>
  );
}
