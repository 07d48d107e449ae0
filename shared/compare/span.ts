/** A part of both of two rows of bytes that are compared. */
export type Span = { a: number; aEnd: number; b: number; bEnd: number };
