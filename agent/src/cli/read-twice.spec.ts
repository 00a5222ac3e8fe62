import type { Reading } from '../sampling/collectors/collector.js';
import { FIRST_READING } from '../sampling/collectors/rates.js';
import { CollectorRunner } from '../sampling/collectors/runner.js';
import { Unavailable } from '../shared/errors.js';
import { readTwice } from './read-twice.js';

/** A collector whose readings are these, one after the other, the last for ever. */
function runner(...readings: (Reading | Unavailable)[]) {
  const collector = {
    name: 'x',
    provides: ['gpu'] as const,
    close: jest.fn(),
    collect: (): Reading => {
      const next = readings.length > 1 ? readings.shift() : readings[0];
      if (!next || next instanceof Unavailable) throw next;
      return next;
    },
  };
  return { runner: new CollectorRunner(collector), close: collector.close };
}

async function read(...readings: (Reading | Unavailable)[]) {
  const { runner: one, close } = runner(...readings);
  let pauses = 0;
  const { readings: found } = await readTwice([one], async () => {
    pauses += 1;
  });
  expect(close).toHaveBeenCalledTimes(1);
  return { gpu: found[0]?.metrics?.gpu, pauses };
}

const starting = new Unavailable('not_yet', 'nvidia-smi has not answered yet');
const first: Reading = { metrics: { gpu: null }, missing: { gpu: FIRST_READING } };

describe('reading for a command', () => {
  it('takes the second reading, which has rates', async () => {
    expect(await read(first, { metrics: { gpu: 5 } })).toEqual({ gpu: 5, pauses: 1 });
  });

  it('waits for a program that has just been started', async () => {
    const readings = [starting, starting, starting, first, { metrics: { gpu: 7 } }];
    expect(await read(...readings)).toEqual({ gpu: 7, pauses: 4 });
  });

  it('does not wait for ever, nor for what is not there', async () => {
    expect((await read(starting)).pauses).toBe(12);
    expect((await read(new Unavailable('failed', 'no driver'))).pauses).toBe(1);
  });
});
