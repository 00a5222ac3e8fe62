/** The product's mark and name. */
import { Group } from '@mantine/core';
import icon from './icon.svg';
import classes from './logo.module.css';

/** Mark and name side by side; `size` is the height in pixels. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <Group gap={10} wrap="nowrap">
      <img src={icon} width={size} height={size} alt="" />
      <span data-brand className={classes.brand} style={{ fontSize: size * 0.68 }}>
        procspy
      </span>
    </Group>
  );
}
