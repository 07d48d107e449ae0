/** A capture that was gone through, in sentences: the same in the window and on the command line. */
import type { Verified } from '../verdict.ts';
import { texts } from './index.ts';

/** `first`: the record that a damaged place begins with; null where there is none, and in other lines. */
export type VerdictLine = { text: string; isDamage: boolean; first: number | null };

/** The last one sums up. */
export function describeVerdict({ verdict, facts }: Verified): VerdictLine[] {
  const words = texts.verifying;
  const { records, bytes, damagedRecords, places, morePlaces, hasUnchecked } = verdict;
  const { wasClosed, wasTorn, isMetaDamaged, damagedLines, isHeadDamaged, gone } = facts;
  const damage = (text: string): VerdictLine => ({ text, isDamage: true, first: null });
  const said = (text: string): VerdictLine => ({ text, isDamage: false, first: null });
  const others = [
    ...(isHeadDamaged ? [damage(words.head)] : []),
    ...(isMetaDamaged ? [damage(words.meta)] : []),
    ...(wasTorn ? [damage(words.torn)] : []),
    ...(damagedLines > 0 ? [damage(words.annotations(damagedLines))] : []),
  ];
  return [
    ...places.map((place) => ({
      ...damage(words.place(place.file, place, place.records, place.stretches)),
      first: place.stretches[0]?.first ?? null,
    })),
    ...(morePlaces > 0 ? [damage(words.morePlaces(morePlaces))] : []),
    ...others,
    ...(wasClosed || wasTorn || isMetaDamaged ? [] : [said(words.notClosed)]),
    ...(hasUnchecked ? [said(words.unchecked)] : []),
    ...(gone ? [said(words.gone(gone.records, gone.bytes))] : []),
    places.length + others.length === 0
      ? said(words.whole(records, bytes))
      : damage(words.damaged(records, bytes, damagedRecords)),
  ];
}

/** What of it is damaged, line by line, and the sum; none where it is whole. */
export const describeDamage = (verified: Verified): string[] =>
  describeVerdict(verified)
    .filter(({ isDamage }) => isDamage)
    .map(({ text }) => text);
