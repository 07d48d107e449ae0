/**
 * Parts of the page whose modules come after the first paint: when one is wanted, and all of them as soon as the page has
 * nothing to do, because what is fetched later cannot be had once its host has ended.
 */
import { on } from 'svelte/events';

const parts: Part<unknown>[] = [];
const missingName = 'partmissing';
/** A page under load has no idle time; its parts come all the same. */
const longestWaitMs = 2000;

export class Part<T> {
  readonly #import: () => Promise<T>;
  #here = $state.raw<T | null>(null);
  #coming: Promise<T> | null = null;

  constructor(load: () => Promise<T>) {
    this.#import = load;
    parts.push(this);
  }

  /** null while it comes. What shows it asks here; that it cannot be had is told to the page. */
  take(): T | null {
    if (this.#here === null) this.want().catch(() => undefined);
    return this.#here;
  }

  /** Rejects where it cannot be had, which is told to the page. The next call tries again. */
  async want(): Promise<T> {
    try {
      return await this.load();
    } catch (thrown) {
      window.dispatchEvent(new Event(missingName));
      throw thrown;
    }
  }

  async load(): Promise<T> {
    if (this.#here !== null) return this.#here;
    this.#coming ??= this.#import();
    try {
      return (this.#here = await this.#coming);
    } finally {
      this.#coming = null;
    }
  }
}

/** A component that comes later. */
export const later = <C>(load: () => Promise<{ default: C }>): Part<C> =>
  new Part(async () => (await load()).default);

/** One after the other. What cannot be had is asked for again, and told, when it is wanted. */
export async function loadParts(): Promise<void> {
  for (const part of parts) await part.load().catch(() => undefined);
}

/** The same without being in the way of what a person does. */
export async function loadPartsWhenIdle(): Promise<void> {
  for (const part of parts) {
    await idle();
    await part.load().catch(() => undefined);
  }
}

const idle = (): Promise<unknown> =>
  new Promise((resolve) =>
    'requestIdleCallback' in window
      ? requestIdleCallback(resolve, { timeout: longestWaitMs })
      : setTimeout(resolve),
  );

export const onMissingPart = (tell: () => void): (() => void) => on(window, missingName as 'blur', tell);
