/** Records that a command found damaged, told at its end. */
import type { Damage } from '../../../shared/failure.ts';
import { texts } from '../../../shared/texts/index.ts';
import { tell } from '../terminal.ts';

/** So many are named, and the rest is counted. */
const mostNamed = 20;

export class DamagedRecords {
  readonly #lines: string[] = [];
  #count = 0;

  readonly onDamage = (sequence: number, { code, file, from, end }: Damage): void => {
    const { damagedRecord } = texts.verifying;
    if (this.#count++ < mostNamed) this.#lines.push(damagedRecord(sequence, file, { from, end, code }));
  };

  /** On standard error; false where there are none. */
  tell(): boolean {
    for (const line of this.#lines) tell(`${line}\n`);
    if (this.#count > mostNamed) tell(`${texts.verifying.moreRecords(this.#count - mostNamed)}\n`);
    return this.#count > 0;
  }
}
