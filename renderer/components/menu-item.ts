/** One entry of a menu: what a thing can do, or a menu of its own. */
export type MenuItem = {
  label: string;
  /** A few words under the label: where it is done. */
  detail?: string;
  /** Sentences for who has not met it yet: at the menu's foot, while the item is pointed at. */
  help?: string;
  shortcut?: string | null;
  danger?: boolean;
  disabled?: boolean;
  /** Makes the item a checkbox; a menu stays open while its checkboxes are ticked. */
  checked?: boolean;
  /** Above this item: what it and the ones after it have in common. */
  heading?: string;
  /** A line above this item: it begins another group. */
  begins?: boolean;
} & ({ run: () => void; items?: undefined } | { items: readonly MenuItem[]; run?: undefined });

/** The groups one behind the other, a line between each two. */
export const inGroups = (...groups: readonly (readonly MenuItem[])[]): MenuItem[] =>
  groups
    .filter((group) => group.length > 0)
    .flatMap((group, place) =>
      group.map((item, at) => (place > 0 && at === 0 ? { ...item, begins: true } : item)),
    );
