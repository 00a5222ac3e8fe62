/** What people set for themselves on the dashboard. */
import { Injectable } from '@nestjs/common';
import { AppError, InvalidInputError } from '../../common/errors.js';
import { PREFERENCE_LIMITS, type Preferences } from '../../contracts/index.js';
import { PreferenceStore } from '../records/preference.store.js';

const NAME = /^[a-z][a-z0-9_.]*$/;

/** Keeps JSON by name for each user; what it means is the dashboard's business. */
@Injectable()
export class PreferencesService {
  constructor(private readonly preferences: PreferenceStore) {}

  async get(userId: string): Promise<Preferences> {
    const stored = await this.preferences.ofUser(userId);
    return Object.fromEntries(stored.map(({ name, value }) => [name, value]));
  }

  /**
   * Sets those that `changes` names and removes those that are `null` there; others stay. Throws
   * `request.invalid` (400) and `auth.preferences_too_large` (413).
   */
  async change(userId: string, changes: unknown): Promise<Preferences> {
    const given = Object.entries(checkedPreferences(changes));
    const set = given.flatMap(([name, value]) => (value === null ? [] : { name, value }));
    const remove = given.filter(([, value]) => value === null).map(([name]) => name);
    const result = new Map(Object.entries(await this.get(userId)));
    for (const { name, value } of set) {
      result.set(name, value);
    }
    for (const name of remove) {
      result.delete(name);
    }
    const preferences = Object.fromEntries(result);
    refuseTooLarge(preferences);
    await this.preferences.change(userId, set, remove);
    return preferences;
  }
}

/** The body as preferences; throws `request.invalid` with a message for each faulty name. */
export function checkedPreferences(body: unknown): Preferences {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidInputError('request.invalid', 'the body must be an object');
  }
  const { nameLength } = PREFERENCE_LIMITS;
  const faulty = Object.keys(body).filter((name) => !NAME.test(name) || name.length > nameLength);
  if (faulty.length > 0) {
    throw new InvalidInputError(
      'request.invalid',
      faulty.map(
        (name) =>
          `${JSON.stringify(name.slice(0, nameLength))} must be a name of at most ${nameLength} small letters, digits, dots and underscores`,
      ),
    );
  }
  return body as Preferences;
}

function refuseTooLarge(preferences: Preferences): void {
  const { bytes } = PREFERENCE_LIMITS;
  if (Buffer.byteLength(JSON.stringify(preferences)) > bytes) {
    throw new AppError(
      'too_large',
      'auth.preferences_too_large',
      `your preferences must not exceed ${bytes} bytes of JSON in all`,
    );
  }
}
