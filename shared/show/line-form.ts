/** How the lines of a log are written. */

/** 'auto': text, or hex where the payload is mostly binary. Hex is marked by `hex:` before it. */
export const logLineForms = ['auto', 'text', 'hex'] as const;
export type LogLineForm = (typeof logLineForms)[number];
/** 'local': by the clock and calendar of this machine. */
export const lineTimes = ['utc', 'local'] as const;
export type LineTimes = (typeof lineTimes)[number];
