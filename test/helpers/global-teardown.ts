/** Stops the PostgreSQL that the setup started. */
export default async function teardown(): Promise<void> {
  await globalThis.procspyPostgres?.stop();
}
