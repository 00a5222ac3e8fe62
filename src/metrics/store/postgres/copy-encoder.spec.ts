import { type CopyLayout, encodeCopy } from './copy-encoder.js';

interface Row {
  key: number;
  timestamp: number;
  values: (number | null)[];
  text?: string;
}

const layout = (numbers: number): CopyLayout<Row> => ({
  numbers,
  key: (row) => row.key,
  timestamp: (row) => row.timestamp,
  number: (row, column) => row.values[column],
});

describe('binary COPY', () => {
  it('is laid out as PostgreSQL documents it', () => {
    const buffer = encodeCopy(
      [{ key: 7, timestamp: 946_684_800_001, values: [1.5, null], text: 'é' }],
      {
        ...layout(2),
        text: (row) => row.text ?? null,
      },
    );
    const header = '5047434f50590aff0d0a00' + '00000000' + '00000000';
    const row = [
      '0005',
      '0000000400000007',
      '0000000800000000000003e8',
      '000000083ff8000000000000',
      'ffffffff',
      '00000002c3a9',
    ].join('');
    expect(buffer.toString('hex')).toBe(`${header}${row}ffff`);
  });

  it('counts microseconds before and after 2000', () => {
    const hex = (timestamp: number) =>
      encodeCopy([{ key: 0, timestamp, values: [] }], layout(0))
        .toString('hex')
        .slice(66, 82);
    expect(BigInt.asIntN(64, BigInt(`0x${hex(0)}`))).toBe(-946_684_800_000_000n);
    const now = Date.parse('2026-11-23T12:34:56.789Z');
    expect(BigInt(`0x${hex(now)}`)).toBe(BigInt(now - 946_684_800_000) * 1000n);
  });
});
