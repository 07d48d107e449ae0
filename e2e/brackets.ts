/** What stands outside of the brackets of `en-XA`, English with each text in brackets: words that no language has. */
import type { Page } from '@playwright/test';
import { hostname, networkInterfaces } from 'node:os';

/** Each with its reason. Of what stands outside of brackets, a line must be one of these, whole. */
const allowed: [reason: string, pattern: RegExp][] = [
  ['the name of the program, and what it runs on', /^Socketscope$|^v?\d[\w.-]*$|^Node [\d.]+$|^linux$/],
  ['engraved on keys', /^(?:(?:Ctrl|Alt|Shift|Esc|Enter|F\d+|Page Up|Page Down|[A-Z,⏎]) ?)+$/],
  ['addresses and ports', /^\S*(?:\d+\.\d+|::|[\da-f]+:)\S*$|^localhost$/],
  ['names of protocols, with an address or without', /^(?:tcp|tls|udp|unix)(?: \S+)?$/],
  ['codes of the system and of protocols', /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/],
  ['quoted under “What was said”: a system call, its code, and what it concerns', /^[a-z]+ E[A-Z_]+\b.*$/],
  ['the name of an argument', /^(?:url|text|file2?|dir2?|a|b|records|command)$/],
  ['the code of a program', /^#!\/bin\/sh$|^printf '.*' \| ncat .*$/],
  ['units', /^(?:[+-]|± )?[\d.,]+ ?(?:[KMG]?B|k|M|ms|s|µs|m|min|h)?(?:\/(?:s|min|h))?(?: ↑[\d.]+ [KMG]?B)?$/],
  ['ages, and durations of a minute and more', /^[+-]?\d+(?:m\d\ds|h\d\dm|d\d\dh)$/],
  ['quantiles', /^(?:[\d.]+ (?:ms|s|µs) |\d+m\d\ds )?p\d\d(?: [\d.]+ (?:ms|s|µs)| \d+m\d\ds)?$/],
  ['UTC is its name everywhere', /^[\d-]+ [\d:]+ UTC$/],
  ['bytes in hex', /^(?:[0-9A-F]{2}[ ·]*)+$|^0x[0-9A-F]+$|^[0-9A-F]{8}$/],
  ['names of types and characters', /^[uif](?:8|16|32|64)$|^\S?\s*U\+[0-9A-F]+/],
  ['typed by a test, and escapes in it', /^.*PAYLOAD.*$|^\\(?:[a-z]|u\{\w+\})$/],
  ['what an HTTP answer is made of', /^HTTP\/1\.1 200 OK$|^Content-(?:Type|Length): [\w/;=\- ]+$/],
  ['names of certificates and of keys', /^CN=[\w() ]+$|^(?:DNS|IP Address):[\w., :]+$|^EC P-256$/],
  ['paths', /^[/~][\w./-]*$/],
];

/** What this machine calls itself and its interfaces. */
const ofThisMachine = new Set([hostname(), ...Object.keys(networkInterfaces())]);

/** Without what stands in brackets, one in another; each rest with letters is a line. */
export function rests(text: string): string[] {
  let depth = 0;
  let rest = '';
  for (const character of text) {
    if (character === '⟦') depth++;
    if (depth === 0) rest += character;
    else if (rest.at(-1) !== '\n') rest += '\n';
    if (character === '⟧') depth--;
  }
  const open = depth === 0 ? [] : [`brackets that do not match: ${text.slice(0, 300)}`];
  const lines = rest
    .split(/\n| · /)
    .map((line) => line.replace(/^[\s·:,;()…✕↑↓●→–-]+|[\s·:,;()…✕↑↓●→–-]+$/g, ''))
    .filter(
      (line) =>
        /\p{L}/u.test(line) && !ofThisMachine.has(line) && !allowed.some(([, pattern]) => pattern.test(line)),
    );
  return [...open, ...lines];
}

/** All that a page shows, reads aloud, or says in a tooltip. */
export const wordsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const attributes = ['title', 'aria-label', 'placeholder', 'alt', 'aria-valuetext', 'aria-description'];
    const said = [document.title];
    for (const element of document.body.querySelectorAll('*'))
      for (const name of attributes) if (element.hasAttribute(name)) said.push(element.getAttribute(name)!);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let shown = '';
    while (walk.nextNode()) {
      const place = walk.currentNode.parentElement;
      // What stands in an editor was typed, but for the hint while it is empty; words of a language for machines stay.
      const isTyped =
        place?.closest('textarea, .cm-line, [translate=no]') && !place.closest('.cm-placeholder');
      if (!isTyped && !place?.closest('style, script')) shown += `${walk.currentNode.textContent}\n`;
    }
    return [...said, shown];
  });
