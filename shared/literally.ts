/** An expression that matches this text alone, by `u` and without it (ECMAScript's SyntaxCharacter, and the slash). */
export const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
