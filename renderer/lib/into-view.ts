/** Scrolls what has just been said to where a person sees it; nothing moves where it is in sight. */
export const intoView = (element: HTMLElement): void => element.scrollIntoView({ block: 'nearest' });
