/** The language that the browser reports, made usable. */

const FALLBACK = 'en';

/**
 * The BCP 47 tag that `language` means: a browser started with `LANG=C` reports `en-US@posix`, for
 * which `Intl` throws a RangeError. English if nothing can be made of it.
 */
export function usableLanguage(language: string | undefined): string {
  const [plain = ''] = (language ?? '').split(/[.@]/);
  return isLanguageTag(language) ? language : isLanguageTag(plain) ? plain : FALLBACK;
}

/** Replaces an unusable `navigator.language`; uPlot reads it as soon as it is loaded. */
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
