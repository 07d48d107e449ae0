/** What can stand in double braces, offered as it is typed. Fetched with the editor. */
import {
  autocompletion,
  completionStatus,
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { keymap, tooltips, type EditorView } from '@codemirror/view';
import { functionCalled, payloadFunctions } from '../../shared/payload/functions/functions.ts';
import type { PayloadFunction } from '../../shared/payload/functions/function.ts';
import { texts } from '../../shared/texts/index.ts';

/** Characters before the cursor in which the braces are looked for, and in which parts have their names. */
const nearby = 1_000;
const named = 100_000;

/** `isOffered`: braces begin a function in what is written now. */
export const callCompletion = (isOffered: () => boolean): Extension => [
  // Over the whole window: the message's room is too low for a list.
  tooltips({ parent: document.body }),
  autocompletion({
    override: [(context) => (isOffered() ? offersAt(context) : null)],
    icons: false,
    activateOnTypingDelay: 0,
    interactionDelay: 0,
  }),
  keymap.of([{ key: 'Alt-ArrowDown', run: startCompletion }]),
];

/** The list is open: its keys are not for whoever holds the editor. */
export const isCompleting = ({ state }: EditorView): boolean => completionStatus(state) === 'active';

function offersAt({ state, pos }: CompletionContext): CompletionResult | null {
  const before = state.sliceDoc(Math.max(0, pos - nearby), pos);
  const inside = /(?<!\\)\{\{((?:(?!\{\{|\}\}).)*)$/s.exec(before)?.[1];
  if (inside === undefined) return null;
  const call = inside.slice(inside.lastIndexOf('|') + 1);
  const typed = /[\w$-]*$/.exec(call)![0];
  const isClosed = state.sliceDoc(pos, pos + 2) === '}}';
  const rest = call.slice(0, call.length - typed.length);
  if (rest.trim() === '') {
    const parts = inside.includes('|') ? [] : partsIn(state.sliceDoc(0, named));
    return {
      from: pos - typed.length,
      options: [...parts, ...functionOffers(isClosed, inside.includes('|'))],
      validFor: /^[\w$-]*$/,
    };
  }
  const name = /^\s*([\w$-]+)/.exec(call)?.[1] ?? '';
  const options = argumentOffers(functionCalled(name), rest, partsIn(state.sliceDoc(0, named)));
  return options.length === 0 ? null : { from: pos - typed.length, options, validFor: /^[\w-]*$/ };
}

/** Before a hundred that hardly anybody needs. */
const commonCrcs: ReadonlySet<string> = new Set([
  ...['crc', 'crc8', 'crc8-maxim-dow', 'crc16', 'crc16-modbus', 'crc16-ccitt', 'crc16-ccitt-false'],
  ...['crc16-xmodem', 'crc16-usb', 'crc16-dnp', 'crc32', 'crc32c', 'crc32-mpeg-2', 'crc64'],
]);

/** With what stands behind it: a blank where arguments must follow, else the end of the braces. A pipe gives the first one. */
function functionOffers(isClosed: boolean, isPiped: boolean): Completion[] {
  return [...payloadFunctions].map(([label, { parameters, example }]) => {
    const asks = parameters.slice(isPiped ? 1 : 0).some(({ initial }) => initial === undefined);
    const ending = asks ? ' ' : isClosed ? '' : '}}';
    return {
      label,
      info: () => infoOf(label, example),
      apply: `${label}${ending}`,
      boost: label.startsWith('crc') && !commonCrcs.has(label) ? -50 : 0,
    };
  });
}

function infoOf(name: string, example: string): HTMLElement {
  const info = document.createElement('div');
  const help = document.createElement('p');
  const code = document.createElement('code');
  help.textContent = texts.functions.help(name);
  code.textContent = example;
  info.append(help, code);
  return info;
}

/** Choices, names of arguments that are not given yet, and parts where any value can stand. */
function argumentOffers(
  found: PayloadFunction | null,
  rest: string,
  parts: readonly Completion[],
): readonly Completion[] {
  if (found === null) return [];
  const keys = new Set([...rest.matchAll(/([\w-]+)=/g)].map(([, key]) => key));
  const left = found.parameters.filter(({ name }) => !keys.has(name));
  return [
    ...left.flatMap(({ choices }) => (choices ?? []).map((label) => ({ label, boost: 10 }))),
    ...(left.some(({ kind }) => kind === 'value' || kind === 'size') ? parts : []),
    ...left.map(({ name, initial }) => ({
      label: `${name}=`,
      detail: initial === undefined ? '' : initial.slice(0, 20),
    })),
  ];
}

const partsIn = (text: string): Completion[] =>
  [
    ...new Set(
      [...text.matchAll(/\{\{#\s*([\w-]+)\s*\}\}|\bas=([\w-]+)/g)].map(([, part, kept]) => part ?? kept!),
    ),
  ].map((label) => ({ label, detail: texts.composer.part, boost: 20 }));
