/** Which registrations are the same machine. */

/** What a registration says of who it is. */
export interface IdentityClaim {
  machine_name: string;
  machine_fingerprint?: string | null;
}

/** The identity of a registration: its fingerprint, or its name where it has none. */
export function identityOf(claim: IdentityClaim): string {
  return claim.machine_fingerprint
    ? `fp:${claim.machine_fingerprint}`
    : `name:${claim.machine_name}`;
}

/** What the registry knows of a machine that registers again with its own key. */
export interface KnownIdentity {
  identity: string;
  reported_name: string | null;
}

/**
 * The identity that a machine has after it registered again with its own key, or `null` if the
 * claim is not its own. A machine known by name may gain a fingerprint; a fingerprint never
 * changes, and a name only where a fingerprint tells who it is.
 */
export function identityAfter(known: KnownIdentity, claim: IdentityClaim): string | null {
  const claimed = identityOf(claim);
  if (claimed === known.identity) {
    return claimed;
  }
  const sameName = claim.machine_name === known.reported_name;
  if (claim.machine_fingerprint) {
    return sameName && known.identity.startsWith('name:') ? claimed : null;
  }
  return sameName ? known.identity : null;
}

/** The identity of a deleted machine: frees the one it had, so that its host can register anew. */
export function identityOfDeleted(machine_id: string): string {
  return `deleted:${machine_id}`;
}
