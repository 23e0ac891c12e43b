/** The stack of an error and of what caused it: for the log, never for a user. */
export function withCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${withCauses(error.cause)}`;
}
