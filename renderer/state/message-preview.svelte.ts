import type { Preview } from '../../shared/contract.ts';
import type { EndpointId, Target } from '../../shared/domain.ts';
import { failureOf, type Failure } from '../../shared/failure.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import type { AppState } from './app.svelte.ts';

type Question = { id: EndpointId; target: Target; message: WrittenMessage };

/** What would be sent of a message that is made as it is sent: the engine makes it, which knows whom it goes to. */
export class MessagePreview {
  made = $state.raw<Preview | null>(null);
  failure = $state.raw<Failure | null>(null);
  #app: AppState;
  #next: Question | null = null;
  #isAsking = false;
  #round = 0;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** One question at a time; of those that come meanwhile the last. */
  ask(question: Question): void {
    this.#next = question;
    if (!this.#isAsking) void this.#answer();
  }

  /** What is asked for now is not wanted any more. */
  forget(): void {
    this.#round++;
    this.#next = this.made = this.failure = null;
  }

  async #answer(): Promise<void> {
    this.#isAsking = true;
    while (this.#next !== null && this.#app.connected) {
      const { id, target, message } = this.#next;
      this.#next = null;
      const round = this.#round;
      const answer = await this.#app.engine
        .preview(id, target, message)
        .then((made) => ({ made, failure: null }))
        .catch((thrown: unknown) => ({ made: null, failure: failureOf(thrown) }));
      if (round === this.#round) ({ made: this.made, failure: this.failure } = answer);
    }
    this.#isAsking = false;
  }
}
