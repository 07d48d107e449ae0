/** Filters that belong to a workspace: those with a name, and those whose rows have a colour. */

export type KeptFilter = { name: string; text: string };

/** As theme colours; each is told from the ground of both themes. */
export const highlightColours = ['blue', 'green', 'amber', 'violet', 'red'] as const;
export type HighlightColour = (typeof highlightColours)[number];
/** The first one that a row passes is its colour. */
export type Highlight = { text: string; colour: HighlightColour; isOff: boolean };

export const mostKeptFilters = 100;
export const mostFilterName = 60;
/** Each is a filter that looks at all records. */
export const mostHighlights = 6;

/** Readings that are marked in another one's rows at a time: failures, what a person said something of, and highlights. */
export const mostMarked = 2 + mostHighlights;
