/** Corrects the language that the browser reports. */

const FALLBACK = 'en';

/**
 * The BCP 47 tag for `language`: a browser started with `LANG=C` reports `en-US@posix`, for which
 * `Intl` throws a RangeError. Falls back to English.
 */
export function usableLanguage(language: string | undefined): string {
  const [plain = ''] = (language ?? '').split(/[.@]/);
  return isLanguageTag(language) ? language : isLanguageTag(plain) ? plain : FALLBACK;
}

/** Replaces an invalid `navigator.language`, which uPlot reads when it is loaded. */
export function repairLanguage(navigator: { readonly language?: string }): void {
  const { language } = navigator;
  const usable = usableLanguage(language);
  if (usable !== language) {
    Object.defineProperty(navigator, 'language', { value: usable, configurable: true });
  }
}

function isLanguageTag(language: string | undefined): language is string {
  if (!language) return false;
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
