/** The range in words, and a panel in which any other one can be typed or picked from a calendar. */
import { Button, Popover, TextInput } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { serverNow } from '../clock.js';
import { formatTimeRange } from '../format/time.js';
import classes from './range-bar.module.css';
import { checkedFixed, type ParsedRange, parseRange } from './range-text.js';
import { boundsOf, type TimeRange } from './ranges.js';

/** A button that opens the panel. */
export function RangeChooser(props: { range: TimeRange; onRange: (range: TimeRange) => void }) {
  const { range, onRange } = props;
  const [opened, setOpened] = useState(false);
  const text = range.kind === 'last' ? range.label : formatTimeRange(range.from, range.to);
  const choose = ({ range: chosen }: ParsedRange) => {
    if (chosen === undefined) return;
    setOpened(false);
    onRange(chosen);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCalendar size={14} />}
          onClick={() => setOpened(!opened)}
        >
          {text}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.chooser}>
          <TypedRange onChosen={choose} />
          <PickedRange range={range} onChosen={choose} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function TypedRange({ onChosen }: { onChosen: (parsed: ParsedRange) => void }) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parseRange(text, serverNow());
    setError(parsed.error);
    onChosen(parsed);
  };
  return (
    <form onSubmit={submit} noValidate>
      <TextInput
        data-autofocus
        label="Any range"
        description="last 3h · yesterday · 2026-11-01 12:00 to 2026-11-02"
        inputWrapperOrder={['label', 'description', 'input', 'error']}
        value={text}
        error={error}
        onChange={(event) => setText(event.currentTarget.value)}
        rightSectionWidth={58}
        rightSection={
          <Button type="submit" size="compact-xs">
            Show
          </Button>
        }
      />
    </form>
  );
}

function PickedRange(props: { range: TimeRange; onChosen: (parsed: ParsedRange) => void }) {
  const [bounds] = useState(() => boundsOf(props.range, serverNow()));
  const [from, setFrom] = useState(() => inputValue(bounds.from));
  const [to, setTo] = useState(() => inputValue(bounds.to));
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Without a zone, such a text is a local time.
    const parsed = checkedFixed(Date.parse(from), Date.parse(to), serverNow());
    setError(parsed.error);
    props.onChosen(parsed);
  };
  return (
    <form className={classes.moments} onSubmit={submit} noValidate>
      <label htmlFor="range-from">From</label>
      <TextInput
        id="range-from"
        type="datetime-local"
        size="xs"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <label htmlFor="range-to">To</label>
      <TextInput
        id="range-to"
        type="datetime-local"
        size="xs"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      {error !== undefined && (
        <div role="alert" className={classes.error}>
          {error}
        </div>
      )}
      <Button type="submit" size="xs" variant="default" className={classes.wide}>
        Show these times
      </Button>
    </form>
  );
}

/** A local time as `datetime-local` wants it: `2026-11-01T12:00`. */
function inputValue(time: number): string {
  const date = new Date(time);
  const offsetMs = date.getTimezoneOffset() * 60_000;
  return new Date(date.getTime() - offsetMs).toISOString().slice(0, 16);
}
