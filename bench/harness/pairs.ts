/** Ours and the reference in turn, so that a machine that gets slower harms both alike. */
import { look } from './calm.ts';

export type Pairs<T> = { ours: T[]; reference: T[] };

/**
 * Measures so many pairs, one after the other. Which of the two goes first changes, so that neither profits from its
 * place. The machine is looked at before and after each pair.
 */
export async function inPairs<Kind, T>(
  count: number,
  [ours, reference]: readonly [ours: Kind, reference: Kind],
  measure: (kind: Kind) => Promise<T>,
): Promise<Pairs<T>> {
  const found: Pairs<T> = { ours: [], reference: [] };
  await look();
  for (let pair = 0; pair < count; pair++) {
    const order = pair % 2 === 0 ? ([ours, reference] as const) : ([reference, ours] as const);
    for (const kind of order) (kind === ours ? found.ours : found.reference).push(await measure(kind));
    await look();
  }
  return found;
}

export const eachOf = <T, N>({ ours, reference }: Pairs<T>, read: (sample: T) => N): Pairs<N> => ({
  ours: ours.map(read),
  reference: reference.map(read),
});
