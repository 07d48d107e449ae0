/** A reply rule that looks for exactly the bytes of a record: off, and without an answer until somebody writes one. */
import { isCleanText } from '../../shared/payload/clean-text.ts';
import { escapeText, formatHex } from '../../shared/payload/format.ts';
import { mostPatternCharacters, mostRules, newRule } from '../../shared/settings/reply.ts';
import type { Rule } from '../../shared/settings/settings.ts';
import { texts } from '../../shared/texts/index.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import { showSetup } from './rooms.ts';

const hexCharactersPerByte = 3;

/** As text where they are clean text, else as hex. */
export const ruleFor = (bytes: Uint8Array): Rule =>
  isCleanText(bytes)
    ? { ...newRule(), match: 'exact', pattern: escapeText(bytes) }
    : { ...newRule(), match: 'exact-hex', pattern: formatHex(bytes) };

/** What a server answers by does not change: where it answers otherwise, the rule waits beside it. */
export function addRule(app: AppState, endpoint: EndpointState, bytes: Uint8Array): void {
  const { settings } = endpoint;
  if (settings.role !== 'listener') return;
  const { reply } = settings;
  const rule = ruleFor(bytes);
  if (rule.pattern.length > mostPatternCharacters)
    return app.toast(texts.verbs.tooLongForRule(Math.floor(mostPatternCharacters / hexCharactersPerByte)));
  if (reply.rules.length >= mostRules) return app.toast(texts.replies.rules.full(mostRules));
  const rules = [...reply.rules, rule];
  void app.changeEndpoint(endpoint, { ...settings, reply: { ...reply, rules } });
  showSetup(app, endpoint, 'reply', texts.replies.rules.on);
}
