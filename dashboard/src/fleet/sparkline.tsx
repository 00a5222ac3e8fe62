/** The last hour of a percentage as a small chart. */
import { memo } from 'react';
import classes from './sparkline.module.css';
import { SPARKLINE_SIZE } from './sparkline-path.js';
import type { SparklineMetric } from './sparkline-store.js';
import { useSparklines } from './use-sparklines.js';

const VIEW_BOX = `0 -1 ${SPARKLINE_SIZE.width} ${SPARKLINE_SIZE.height + 2}`;

/** Takes its place from the start and draws nothing until the hour is known. */
export const Sparkline = memo(function Sparkline(props: { id: string; metric: SparklineMetric }) {
  const line = useSparklines(props.id)?.[props.metric];
  return (
    <svg
      className={classes.sparkline}
      viewBox={VIEW_BOX}
      preserveAspectRatio="none"
      role={line === undefined ? undefined : 'img'}
      aria-hidden={line === undefined || undefined}
      aria-label={line?.text}
    >
      {line !== undefined && (
        <>
          <path className={classes.area} d={line.area} />
          <path className={classes.line} d={line.line} />
        </>
      )}
    </svg>
  );
});
