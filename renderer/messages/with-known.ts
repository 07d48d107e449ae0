import type { SavedMessage } from '../../shared/saved-messages.ts';

/** What is as it was stays the same object: rows of hundreds are not drawn anew for one that changed. */
export function withKnown(known: readonly SavedMessage[], list: readonly SavedMessage[]): SavedMessage[] {
  const byId = new Map(known.map((each) => [each.id, each]));
  return list.map((each) => {
    const before = byId.get(each.id);
    return before && JSON.stringify(before) === JSON.stringify(each) ? before : each;
  });
}
