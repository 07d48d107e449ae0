/** Expressions that are looked for in a conversation, in the threads that search for all views. */
import { FailureError } from '../../../../shared/failure.ts';
import type { Expression } from '../../../../shared/filter/found.ts';
import type { StreamMatch } from '../../../../shared/stream-rows.ts';
import type { ExpressionRequest, SearchPool } from '../search-pool.ts';

type UnderWay = { expression: Expression; cancel: () => void };

export class ExpressionSearch {
  readonly #searches: SearchPool;
  readonly #underWay = new Set<UnderWay>();

  constructor(searches: SearchPool) {
    this.#searches = searches;
  }

  /**
   * Rejects with FILTER_TOO_SLOW when the thread was silent too long, and with CANCELLED as soon as something else is
   * looked for, or nothing any more.
   */
  look(request: ExpressionRequest): Promise<StreamMatch[]> {
    const { expression } = request;
    for (const each of this.#underWay) if (!isSame(each.expression, expression)) each.cancel();
    return new Promise((resolve, reject) => {
      const takeBack = this.#searches.ask(request, ({ found, failure }) => {
        this.#underWay.delete(here);
        if (failure === null) resolve(matchesOf(found));
        else reject(new FailureError(failure));
      });
      const cancel = (): void => {
        this.#underWay.delete(here);
        takeBack();
        reject(new FailureError({ code: 'CANCELLED' }));
      };
      const here = { expression, cancel };
      this.#underWay.add(here);
    });
  }

  stop(): void {
    for (const { cancel } of this.#underWay) cancel();
  }
}

const isSame = (one: Expression, other: Expression): boolean =>
  one.text === other.text && one.flags === other.flags;

const matchesOf = (found: Uint32Array): StreamMatch[] =>
  Array.from({ length: found.length / 2 }, (_, i) => ({ at: found[2 * i]!, length: found[2 * i + 1]! }));
