import 'reflect-metadata';
import fc from 'fast-check';
import { AppError } from './errors.js';
import {
  decodeCursor,
  encodeCursor,
  parseTextCursor,
  parseTimeCursor,
  type SortKey,
  toPage,
} from './paging.js';

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Whatever somebody may send: text, JSON of any shape, and what is almost right. */
const anyCursor = fc.oneof(
  fc.string(),
  fc.json().map((text) => Buffer.from(text).toString('base64url')),
  fc.array(fc.oneof(fc.string(), fc.double(), fc.constant(null)), { maxLength: 3 }).map(cursorOf),
);

describe('cursors', () => {
  const parsers = [
    ['time', parseTimeCursor],
    ['text', parseTextCursor],
    ['key', (cursor: string) => decodeCursor(cursor, 2)],
  ] as const;

  it.each(parsers)('of %s are read or refused, whatever is sent', (_, parse) => {
    fc.assert(
      fc.property(anyCursor, (cursor) => {
        try {
          parse(cursor);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe('request.invalid_cursor');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [['x', 'y']],
    [[1.5, '00000000-0000-4000-8000-000000000000']],
    [[2 ** 63, '00000000-0000-4000-8000-000000000000']],
    [[1, 'x']],
    [[1]],
    [{}],
  ])('%j is no time and id', (value) => {
    expect(() => parseTimeCursor(cursorOf(value))).toThrow('cursor is not one');
  });

  it.each([[[1]], [['nul\0']], [['\ud800']], [['a', 'b']]])('%j is no text', (value) => {
    expect(() => parseTextCursor(cursorOf(value))).toThrow('cursor is not one');
  });

  it('come back as they were', () => {
    const id = '00000000-0000-4000-8000-000000000000';
    expect(parseTimeCursor(encodeCursor([5, id]))).toEqual({ time: 5, id });
    expect(parseTextCursor(encodeCursor(['ü@example.com']))).toBe('ü@example.com');
    expect(parseTimeCursor(undefined)).toBeNull();
    expect(parseTextCursor(undefined)).toBeNull();
  });
});

describe('a page', () => {
  const page = (rows: number[], limit: number) =>
    toPage(rows, { total: 9, limit, keyOf: (row): SortKey => [row], toItem: (row) => row * 10 });

  it('names where the next one begins if one row more was read', () => {
    expect(page([1, 2, 3], 2)).toEqual({ items: [10, 20], total: 9, next: encodeCursor([2]) });
  });

  it('is the last if no row more was read', () => {
    expect(page([1, 2], 2)).toEqual({ items: [10, 20], total: 9, next: null });
    expect(page([], 2)).toEqual({ items: [], total: 9, next: null });
  });
});
