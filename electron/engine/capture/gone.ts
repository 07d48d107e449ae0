/** Records that were there when somebody asked for them, and went before they were read. */

type Log = { readonly cleared: number };

/** What `read` gives of a record; null where the size limit took that meanwhile, or it was cleared. Rejects as `read` does. */
export async function unlessGone<T>(log: Log, sequence: number, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (sequence < log.cleared) return null;
    throw error;
  }
}
