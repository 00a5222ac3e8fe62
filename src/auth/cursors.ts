/** Cursors of this module's lists, checked before they reach a statement. */
import { InvalidInputError } from '../common/errors.js';
import { decodeCursor } from '../common/paging.js';

/** Where a list by time goes on: after this time and id. */
export interface TimeCursor {
  time: number;
  id: string;
}

/** Unpacks `[time, id]`, `null` without a cursor; throws `request.invalid_cursor`. */
export function timeCursor(cursor: string | undefined): TimeCursor | null {
  if (cursor === undefined) {
    return null;
  }
  const [time, id] = decodeCursor(cursor, 2);
  if (!Number.isSafeInteger(time) || typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) {
    throw invalidCursor();
  }
  return { time: Number(time), id };
}

/** Unpacks `[text]`, `null` without a cursor; throws `request.invalid_cursor`. */
export function textCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) {
    return null;
  }
  const [text] = decodeCursor(cursor, 1);
  if (typeof text !== 'string' || text.includes('\0')) {
    throw invalidCursor();
  }
  return text;
}

function invalidCursor(): InvalidInputError {
  return new InvalidInputError('request.invalid_cursor', 'cursor is not one that this list gave');
}
