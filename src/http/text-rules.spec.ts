import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AreLines, IsLine, IsNumberFrom, IsPlainText } from './text-rules.js';

class Given {
  @IsLine(5)
  line!: unknown;

  @AreLines(2, 5)
  lines!: unknown;

  @IsPlainText(5)
  text!: unknown;

  @IsNumberFrom(1, 2)
  number!: unknown;
}

const good = { line: 'abc', lines: ['a'], text: '', number: 1 };
const faultsOf = (changes: object) =>
  validateSync(plainToInstance(Given, { ...good, ...changes })).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );

describe('rules for text', () => {
  it('trims and unites, and lets good values pass', () => {
    const given = plainToInstance(Given, { ...good, line: ' a\u0308 ', lines: ['a', ' a '] });
    expect(given).toMatchObject({ line: 'ä', lines: ['a'] });
    expect(validateSync(given)).toEqual([]);
  });

  it('lets text have lines and tabs', () => {
    const given = plainToInstance(Given, { ...good, text: ' a\tb\r\nc\n' });
    expect(given.text).toBe('a\tb\nc');
    expect(validateSync(given)).toEqual([]);
  });

  it.each([
    [{ line: '' }],
    [{ line: '   ' }],
    [{ line: 'abcdef' }],
    [{ line: 'a\nb' }],
    [{ line: 'a\u2028b' }],
    [{ line: 'a\u202eb' }],
    [{ line: 'a\ud800' }],
    [{ line: 1 }],
    [{ line: null }],
    [{ line: undefined }],
    [{ lines: 'a' }],
    [{ lines: ['a', 'b', 'c'] }],
    [{ lines: ['a', 1] }],
    [{ lines: [['a']] }],
    [{ text: 'abcdef' }],
    [{ text: 'a\u0000b' }],
    [{ text: 'a\u001bb' }],
    [{ text: 'a\u202eb' }],
    [{ text: 'a\ud800' }],
    [{ text: null }],
    [{ number: '1' }],
    [{ number: Number.NaN }],
    [{ number: 2.1 }],
  ])('refuses %j with one sentence', (changes) => {
    expect(faultsOf(changes)).toEqual([expect.stringMatching(/^\w+ must be /)]);
  });
});
