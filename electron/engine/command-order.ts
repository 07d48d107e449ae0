/** The order in which the commands of one endpoint act: that in which they were given. */
import { FailureError } from '../../shared/failure.ts';

/** Throws CANCELLED when something was ended meanwhile: to be called after each wait. */
export type StillWanted = () => void;

/**
 * What begins something waits until all that was asked for before has acted; what ends something waits for nothing, and
 * what has not begun by then never does. So nobody overtakes anybody, and nobody has to wait for what he wants ended.
 */
export class CommandOrder {
  /** All that was asked for has acted; null: long ago. */
  #acted: Promise<unknown> | null = null;
  /** Changes with each end. */
  #age = 0;

  /**
   * Runs `act` in its turn, at once where nobody is before it. The next one waits for what `act` returns, so what takes
   * long is begun there and not awaited. Rejects with CANCELLED when `end` comes first.
   */
  begin<T>(act: (stillWanted: StillWanted) => T | Promise<T>): Promise<T> {
    const age = this.#age;
    const stillWanted = (): void => {
      if (age !== this.#age) throw cancelled();
    };
    const run = async (): Promise<T> => {
      stillWanted();
      return act(stillWanted);
    };
    const turn = this.#acted === null ? run() : this.#acted.then(run);
    this.#follow(turn);
    return turn;
  }

  /** Runs `act` at once. What is asked for later waits until it is done. */
  end(act: () => Promise<void>): Promise<void> {
    this.#age++;
    const done = act();
    this.#follow(Promise.allSettled([this.#acted, done]));
    return done;
  }

  #follow(work: Promise<unknown>): void {
    const acted = work.then(
      () => undefined,
      () => undefined,
    );
    this.#acted = acted;
    void acted.then(() => {
      if (this.#acted === acted) this.#acted = null;
    });
  }
}

const cancelled = (): FailureError => new FailureError({ code: 'CANCELLED' });
