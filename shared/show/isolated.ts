/** Letters that are written from right to left: Hebrew to Arabic with their forms, and the scripts of the two later blocks. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name as a part of a sentence that is one text, an option or a note: what is written from right to left in it turns
 * nothing around it. Where there are elements, `<bdi>` does the same.
 */
export const isolated = (name: string): string => (rightToLeft.test(name) ? `\u2068${name}\u2069` : name);
