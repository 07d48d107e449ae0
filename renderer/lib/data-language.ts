/** Languages that write the same characters in their own shapes. */
const shapes = /^(zh|ja|ko)\b/;

/** The person's first of these: what arrives does not tell its own. Null: the page's. */
export const dataLanguage: string | null =
  navigator.languages.find((language) => shapes.test(language)) ?? null;
