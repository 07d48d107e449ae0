/** The rooms of the window in the order in which a key walks them. */
const zones = [
  '[data-zone=sidebar]',
  '[data-zone=tabs]',
  '#endpoint-panel .config',
  '#endpoint-panel .toolbar',
  '#endpoint-panel .peers',
  '#endpoint-panel :is([role=grid], .stream)',
  '#document-panel',
  '[data-zone=pane]',
  '#endpoint-panel .saved',
  '#endpoint-panel .compose',
  '[data-zone=status]',
];

const focusable = [
  ...['input:not(:disabled)', 'button:not(:disabled)', 'textarea', 'select'],
  ...['[contenteditable=true]', '[tabindex="0"]'],
].join();

/** What shows, with something in it that takes the focus. */
const shownZones = (): HTMLElement[] =>
  zones.flatMap((zone) => {
    const element = document.querySelector<HTMLElement>(zone);
    return element?.checkVisibility({ visibilityProperty: true }) ? [element] : [];
  });

/** The zone before or after that of the focus; null beyond the ends, where the key is the browser's. */
export function nextZone(by: 1 | -1): HTMLElement | null {
  const shown = shownZones();
  const here = shown.findIndex((zone) => zone.contains(document.activeElement));
  return shown[here === -1 && by === -1 ? shown.length - 1 : here + by] ?? null;
}

/** Its chosen row or tab where it has one. */
export function enterZone(zone: HTMLElement): void {
  const inside = [...zone.querySelectorAll<HTMLElement>(focusable)].filter(
    (each) => each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }),
  );
  const chosen = inside.find((each) => each.matches('[aria-current], [aria-selected=true]'));
  (zone.tabIndex >= 0 ? zone : (chosen ?? inside[0]))?.focus();
}
