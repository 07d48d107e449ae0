import type { HighlightColour } from '../../filter/kept.ts';

/** Filters that belong to the workspace: with a name, and with a colour. */
export const keptFilters = {
  title: 'Saved filters and highlights',
  saved: 'Saved filters',
  savedHint: 'They stand in the menu at the end of the filter, and in its list as their name is typed.',
  none: 'None yet.',
  name: 'Name of the filter',
  namePlaceholder: 'Name',
  filter: 'Filter to save',
  filterPlaceholder: 'As in the log: error:refused',
  save: 'Save',
  show: (name: string) => `Show the log by ${name}`,
  remove: (name: string) => `Remove the filter ${name}`,
  full: 'There are as many as can be kept: remove one.',
  highlights: 'Highlights',
  highlightsHint:
    'Rows that pass have an edge in that colour, in every log; the first one that a row passes counts.',
  rule: 'Filter to highlight',
  colour: 'Colour',
  add: 'Add',
  on: (text: string) => `Highlight ${text}`,
  colourOf: (text: string) => `Colour of ${text}`,
  removeRule: (text: string) => `Remove the highlight ${text}`,
  inMenu: 'Saved',
  savedAs: (name: string) => `Saved as ${name}.`,
  colours: { blue: 'Blue', green: 'Green', amber: 'Amber', violet: 'Violet', red: 'Red' } satisfies Record<
    HighlightColour,
    string
  >,
};
