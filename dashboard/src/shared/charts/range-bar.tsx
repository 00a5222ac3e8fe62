/** Chooses the range and the comparison of all charts of a page. */
import { ActionIcon, Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconZoomOut } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatDuration } from '../../../../src/contracts/index.js';
import { serverNow } from '../clock.js';
import { COMPARISONS, isComparison } from './comparison.js';
import classes from './range-bar.module.css';
import { RangeChooser } from './range-chooser.js';
import { boundsOf, DEFAULT_RANGE, earlier, later, RANGES, zoomedOut } from './ranges.js';
import type { ChartAddress } from './use-chart-address.js';

/** `children` say more about what is shown. */
export function RangeBar({ address, children }: { address: ChartAddress; children?: ReactNode }) {
  const { range, comparison, show, change, compareWith } = address;
  const goEarlier = () => change((current) => earlier(current, serverNow()));
  const goLater = () => change((current) => later(current, serverNow()));
  const zoomOut = () => change((current) => zoomedOut(current, serverNow()));
  const goLive = () => change((current) => (current.kind === 'last' ? null : DEFAULT_RANGE));
  useRangeKeys({ ArrowLeft: goEarlier, ArrowRight: goLater, ArrowUp: zoomOut, End: goLive });

  const { from, to } = boundsOf(range, serverNow());
  const length = formatDuration((to - from) / 1000);
  return (
    <fieldset className={classes.bar}>
      <legend className={classes.legend}>Time</legend>
      <SegmentedControl
        className={classes.presets}
        bg="var(--segment)"
        size="xs"
        aria-label="Range"
        data={RANGES.map(({ id }) => ({ value: id, label: id }))}
        value={range.kind === 'last' ? range.id : ''}
        onChange={(id) => change(() => RANGES.find((preset) => preset.id === id) ?? null)}
      />
      <div className={classes.steps}>
        <Step label={`Earlier by ${length}`} keys="Shift ←" onClick={goEarlier}>
          <IconChevronLeft size={16} />
        </Step>
        <RangeChooser range={range} onRange={show} />
        <Step
          label={`Later by ${length}`}
          keys="Shift →"
          disabled={range.kind === 'last'}
          onClick={goLater}
        >
          <IconChevronRight size={16} />
        </Step>
        <Step label="Zoom out: twice as long" keys="Shift ↑" onClick={zoomOut}>
          <IconZoomOut size={16} />
        </Step>
      </div>
      <NativeSelect
        size="xs"
        aria-label="Compare with"
        value={comparison ?? ''}
        data={[
          { value: '', label: 'Compare with …' },
          ...Object.entries(COMPARISONS).map(([value, { label }]) => ({ value, label })),
        ]}
        onChange={({ currentTarget: { value } }) => compareWith(isComparison(value) ? value : null)}
      />
      {range.kind === 'fixed' && (
        <Button size="xs" variant="default" title="Back to live (Shift End)" onClick={goLive}>
          Back to live
        </Button>
      )}
      {children}
    </fieldset>
  );
}

function Step(props: {
  label: string;
  keys: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <ActionIcon
      variant="default"
      size={30}
      aria-label={props.label}
      title={`${props.label} (${props.keys})`}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </ActionIcon>
  );
}

/** Keys count together with Shift, and not while somebody types. */
function useRangeKeys(actions: Record<string, () => void>): void {
  useHotkeys(
    Object.entries(actions).map(([key, act]) => [
      `shift+${key}`,
      (event: KeyboardEvent) => {
        if (!isTyping(event.target)) act();
      },
      { preventDefault: false },
    ]),
    [],
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'radio';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
