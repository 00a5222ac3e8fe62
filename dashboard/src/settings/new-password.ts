/** Checks a new password before it is sent; the server checks it again. */
import { MIN_PASSWORD_LENGTH, TEXT_LIMITS } from '../../../src/contracts/index.js';

/** The rule in words. */
export const PASSWORD_RULE = `At least ${MIN_PASSWORD_LENGTH} characters`;

/** What is wrong with `password`, `null` if nothing is. */
export function newPasswordFault(password: string): string | null {
  if (password.length < MIN_PASSWORD_LENGTH) return PASSWORD_RULE;
  if (password.length > TEXT_LIMITS.password) return `At most ${TEXT_LIMITS.password} characters`;
  return null;
}
