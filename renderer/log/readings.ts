/** The ways to read a capture, in the order of the toolbar's switch. */
export const readings = ['chunks'] as const;
