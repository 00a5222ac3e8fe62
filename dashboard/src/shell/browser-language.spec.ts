import { repairLanguage, usableLanguage } from './browser-language.js';

describe('the language of the browser', () => {
  it.each([
    ['en-US', 'en-US'],
    ['de', 'de'],
    ['en-US@posix', 'en-US'],
    ['C', 'en'],
    ['C.UTF-8', 'en'],
    ['POSIX', 'posix'],
    ['', 'en'],
    [undefined, 'en'],
    ['<script>', 'en'],
  ])('%j is used as %j', (language, expected) => {
    expect(usableLanguage(language).toLowerCase()).toBe(expected.toLowerCase());
    expect(() => new Intl.NumberFormat(usableLanguage(language))).not.toThrow();
  });

  it('is replaced only where it cannot be used', () => {
    const prototype = {
      get language() {
        return 'en-US@posix';
      },
    };
    const broken: { language?: string } = Object.create(prototype);
    repairLanguage(broken);
    expect(broken.language).toBe('en-US');
    const good = Object.create({ language: 'de-AT' });
    repairLanguage(good);
    expect(Object.hasOwn(good, 'language')).toBe(false);
    expect(good.language).toBe('de-AT');
  });
});
