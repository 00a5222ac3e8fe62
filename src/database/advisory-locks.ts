/** Keys of PostgreSQL's advisory locks: arbitrary, unique here, the same on every replica. */
export const ADVISORY_LOCKS = {
  /** Held while migrations run. */
  migrations: 7_265_001,
  /** Held while partitions are created. */
  partitions: 7_265_002,
  /** Shared by writers of samples, exclusive for those who need writers to pause. */
  writes: 7_265_003,
  /** Held by the replica that runs the background jobs. */
  leader: 7_265_004,
  /**
   * Exclusive for a roll-up of closed buckets, shared by whoever computes late ones: a roll-up with an
   * older snapshot must not overwrite them.
   */
  rollup: 7_265_005,
  /** Held while old partitions are removed: PostgreSQL lets a table have one half-detached partition. */
  partitionRemoval: 7_265_006,
} as const;
