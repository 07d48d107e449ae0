import { vi } from 'vitest';

/** A bound, not an expectation: a loaded machine takes its time. */
const timeout = 20_000;

/** Waits until `check` throws no more; resolves with what it returned. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout });
