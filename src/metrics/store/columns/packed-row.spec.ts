/** Rows of the head: what goes in comes back, and anything else is refused. */
import fc from 'fast-check';
import { ByteReader, DamagedBlockError } from './bits.js';
import {
  DecimalSum,
  type PackedBucket,
  RowWriter,
  readBucket,
  readNumber,
  type UnpackedRow,
  unpackRow,
  writeBucket,
  writeNumber,
} from './packed-row.js';
import { decodeTexts, encodeTexts } from './text-column.js';

const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -10_000, max: 10_000 }).map((value) => value / 100),
  fc.constantFrom(0, -0, 2 ** 50, -(2 ** 50), 2 ** 53, Number.MIN_VALUE, 0.005, 1e15 + 0.5),
);

const rowOf = <value>(value: fc.Arbitrary<value>): fc.Arbitrary<UnpackedRow<value>> => {
  const fields = (device: fc.Arbitrary<number>) =>
    fc
      .tuple(device, fc.uniqueArray(fc.integer({ min: 1, max: 62 }), { maxLength: 62 }))
      .chain(([id, metrics]) =>
        fc
          .array(value, { minLength: metrics.length, maxLength: metrics.length })
          .map((values) => ({ device: id, metrics, values })),
      );
  return fc
    .tuple(fc.string(), fields(fc.constant(0)), fc.array(fields(fc.nat()), { maxLength: 40 }))
    .map(([missing, machine, devices]) => ({ missing, fields: [machine, ...devices] }));
};

function pack<value>(writer: RowWriter<value>, { missing, fields }: UnpackedRow<value>): Buffer {
  writer.begin(missing);
  for (const [index, { device, metrics, values }] of fields.entries()) {
    if (index === 1) {
      writer.devices(fields.length - 1);
    }
    if (index > 0) {
      writer.device(device);
    }
    for (const [at, metric] of metrics.entries()) {
      writer.field(metric, values[at] as value);
    }
  }
  if (fields.length === 1) {
    writer.devices(0);
  }
  return writer.finish();
}

describe('a packed row', () => {
  it('of numbers comes back bit for bit', () => {
    const writer = new RowWriter(writeNumber);
    fc.assert(
      fc.property(rowOf(anyNumber), (row) => {
        expect(unpackRow(new ByteReader(pack(writer, row)), readNumber)).toEqual(row);
      }),
    );
  });

  it('of buckets comes back bit for bit', () => {
    const bucket: fc.Arbitrary<PackedBucket> = fc.record({
      sum: anyNumber,
      count: fc.integer({ min: 1, max: 100_000 }),
      min: anyNumber,
      max: anyNumber,
    });
    const writer = new RowWriter(writeBucket);
    fc.assert(
      fc.property(rowOf(bucket), (row) => {
        expect(unpackRow(new ByteReader(pack(writer, row)), readBucket)).toEqual(row);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused when it is damaged, and never hangs', () => {
    const writer = new RowWriter(writeNumber);
    fc.assert(
      fc.property(rowOf(anyNumber), fc.nat(), fc.integer({ min: 0, max: 255 }), (row, at, byte) => {
        const bytes = pack(writer, row);
        bytes[at % bytes.length] = byte;
        try {
          unpackRow(new ByteReader(bytes), readNumber);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedBlockError);
        }
      }),
    );
  });
});

describe('a column of texts', () => {
  const texts = fc.array(fc.option(fc.constantFrom('', 'a', '{"ram":"no /proc"}', 'ä\u0000b')), {
    maxLength: 500,
  });

  it('comes back', () => {
    fc.assert(
      fc.property(texts, (list) => {
        expect(decodeTexts(encodeTexts(list), list.length)).toEqual(list);
      }),
    );
  });

  it('is refused when it is damaged', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.integer({ min: 0, max: 255 }), (list, at, byte) => {
        const bytes = encodeTexts(list);
        bytes[at % bytes.length] = byte;
        try {
          expect(decodeTexts(bytes, list.length)).toHaveLength(list.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedBlockError);
        }
      }),
    );
  });
});

describe('a sum of decimals', () => {
  it('is the decimal that people expect, in any order', () => {
    const sumOf = (values: readonly number[]) => {
      const sum = new DecimalSum();
      for (const value of values) sum.add(value);
      return sum.value;
    };
    expect(sumOf([0.1, 0.2])).toBe(0.3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 60 }), (units) => {
        const values = units.map((unit) => unit / 100);
        const expected = units.reduce((sum, unit) => sum + unit, 0) / 100;
        expect([sumOf(values), sumOf(values.reverse())]).toEqual([expected, expected]);
      }),
    );
    expect(sumOf([Math.PI, Math.E])).toBe(Math.PI + Math.E);
  });
});
