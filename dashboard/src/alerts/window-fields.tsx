/** A window of the week: days, times of day and the time zone. */
import { MultiSelect, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { WEEKDAYS } from './quiet-text.js';

const WEEKDAY_CHOICES = [...WEEKDAYS];

function timeZones(chosen: string): string[] {
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])];
}

/** The inputs' properties come from the form; `chosenZone` is in the list even if it is unknown here. */
export function WindowFields(props: {
  days: GetInputPropsReturnType;
  from: GetInputPropsReturnType;
  to: GetInputPropsReturnType;
  zone: GetInputPropsReturnType;
  chosenZone: string;
}) {
  const { days, from, to, zone, chosenZone } = props;
  return (
    <>
      <MultiSelect label="On" data={WEEKDAY_CHOICES} {...days} />
      <SimpleGrid cols={{ base: 2, xs: 3 }}>
        <TextInput type="time" label="From" {...from} />
        <TextInput type="time" label="Until" {...to} />
        <Select
          label="Time zone"
          searchable
          allowDeselect={false}
          data={timeZones(chosenZone)}
          {...zone}
        />
      </SimpleGrid>
    </>
  );
}
