/** The editor of what is written, fetched when it is first needed: until then a plain field stands in its place. */
import { history, insertNewline, isolateHistory, redo, standardKeymap, undo } from '@codemirror/commands';
import { EditorState, type Range } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view';
import { StyleModule } from 'style-mod';
import { texts } from '../../shared/texts/index.ts';
import { callCompletion, isCompleting } from './call-completion.ts';
import type { Mark } from './highlight.ts';
import { tellingOf, type Telling } from './telling.ts';
import { carriesFiles, refuseText } from './text-bounds.ts';

/** Where line ends are drawn that are no characters: at typed line breaks, and behind the text. */
export type DrawnBreaks = { typed: boolean; appended: boolean };
/** What becomes of a pasted text: something else is written in its place, or it went elsewhere. */
export type Pasted = { instead: string } | 'taken' | null;

export type WrittenText = { text: string; anchor: number; head: number };

export type EditorOptions = {
  /** Characters that it bears. */
  most: number;
  /** Asked for anew at each `refresh`. */
  attributes: () => Record<string, string>;
  /** Null as long as the text has not been read. */
  marks: (from: number, to: number) => Mark[] | null;
  breaks: () => DrawnBreaks;
  /** Braces begin a function in it. */
  hasCalls: () => boolean;
  onpaste: (text: string, place: { start: number; end: number }) => Pasted;
  /** Where the pointer is in the text, else the cursor while it has the focus; null: neither. `cursor`: with the focus or without. */
  onplace: (place: number | null, cursor: number) => void;
  /** A long text is told once nobody types, or by `settle`: what is done with all of it would hold up each key. */
  oninput: (text: string) => void;
};

// The page's policy allows no style elements, and a document gets nothing else from this library.
const sheet = new CSSStyleSheet();
StyleModule.mount = (_root, modules) => {
  if (document.adoptedStyleSheets.includes(sheet)) return;
  sheet.replaceSync(
    [modules]
      .flat()
      .map((module) => module.getRules())
      .join('\n'),
  );
  document.adoptedStyleSheets.push(sheet);
};

const looks = {
  escape: Decoration.mark({ class: 'escape' }),
  insert: Decoration.mark({ class: 'insert' }),
  problem: Decoration.mark({ class: 'problem' }),
  tied: Decoration.mark({ class: 'tied' }),
};

/** Drawn by the style, so that it is no text: it cannot be selected, copied or read for what was written. */
class Sign extends WidgetType {
  readonly #sign: string;
  constructor(sign: string) {
    super();
    this.#sign = sign;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = `sign ${this.#sign}`;
    element.ariaHidden = 'true';
    return element;
  }
}
const carriageReturn = Decoration.replace({ widget: new Sign('cr') });
const lineFeed = Decoration.widget({ widget: new Sign('lf'), side: 1 });
const lineBreak = Decoration.widget({ widget: new Sign('break'), side: 1 });

/** A line feed behind a carriage return came with it; any other is a line break that was typed. */
function* lineEndsIn(
  { state }: EditorView,
  from: number,
  to: number,
  { typed }: DrawnBreaks,
): Generator<Range<Decoration>> {
  const before = Math.max(0, from - 1);
  const text = state.sliceDoc(before, to);
  for (let at = from; at < to; at++) {
    const character = text[at - before];
    if (character === '\r') yield carriageReturn.range(at, at + 1);
    else if (character !== '\n') continue;
    else if (at > 0 && text[at - 1 - before] === '\r') yield lineFeed.range(at);
    else if (typed) yield lineBreak.range(at);
  }
}

/** What is marked is what is in sight: a long text costs no more than a short one. */
function marksOf(view: EditorView, { marks, breaks }: EditorOptions) {
  const drawn = breaks();
  const { length } = view.state.doc;
  const shown = view.visibleRanges.flatMap(({ from, to }) => [
    ...(marks(from, to) ?? []).map(({ start, end, look }) => looks[look].range(start, end)),
    ...lineEndsIn(view, from, to, drawn),
    ...(drawn.appended && to === length && length > 0 ? [lineBreak.range(length)] : []),
  ]);
  return Decoration.set(shown, true);
}

/** Place by place; there is one object for each look. */
function isSame(one: DecorationSet, other: DecorationSet): boolean {
  const [a, b] = [one.iter(), other.iter()];
  for (; a.value !== null && b.value !== null; a.next(), b.next())
    if (a.from !== b.from || a.to !== b.to || a.value !== b.value) return false;
  return a.value === b.value;
}

/** As long as the text is not told, or not read, what is known of the one before moves along with it. */
const marked = (options: EditorOptions, telling: Telling) =>
  ViewPlugin.define<{ marks: DecorationSet; update: (update: ViewUpdate) => void }>(
    (view) => ({
      marks: marksOf(view, options),
      update({ changes, docChanged, view }) {
        const isBehind = docChanged || telling.isBehind || options.marks(0, 0) === null;
        this.marks = isBehind ? this.marks.map(changes) : marksOf(view, options);
      },
    }),
    { decorations: ({ marks }) => marks },
  );

/** First as it came, then what is written instead: one step back is the text as it came. */
function replacePasted(view: EditorView, pasted: string, instead: string): void {
  const { from, to } = view.state.selection.main;
  const write = (at: number, end: number, insert: string) =>
    view.dispatch({
      changes: { from: at, to: end, insert },
      selection: { anchor: at + insert.length },
      annotations: isolateHistory.of('full'),
      userEvent: 'input.paste',
      scrollIntoView: true,
    });
  write(from, to, pasted);
  if (view.state.sliceDoc(from, from + pasted.length) === pasted) write(from, from + pasted.length, instead);
}

function paste(event: ClipboardEvent, view: EditorView, { onpaste }: EditorOptions): boolean {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  const { from, to } = view.state.selection.main;
  const taken = text === '' ? null : onpaste(text, { start: from, end: to });
  if (taken === null) return false;
  event.preventDefault();
  if (taken !== 'taken') replacePasted(view, text, taken.instead);
  return true;
}

const headOf = ({ state }: EditorView): number => state.selection.main.head;
const cursorIn = (view: EditorView): number | null => (view.hasFocus ? headOf(view) : null);

/** As the fields of the browser do: what is typed beyond the bound is not taken, and a paste is refused with a word. */
const boundOf = (most: number, field: HTMLElement) =>
  EditorState.transactionFilter.of((transaction) => {
    const { docChanged, newDoc, startState } = transaction;
    if (!docChanged || newDoc.length <= most || newDoc.length <= startState.doc.length) return transaction;
    const isWhole = transaction.isUserEvent('input.paste') || transaction.isUserEvent('input.drop');
    if (isWhole) refuseText(field, { most, length: newDoc.length });
    return [];
  });

const keys = keymap.of([
  { key: 'Mod-z', run: undo, preventDefault: true },
  { key: 'Mod-y', mac: 'Mod-Shift-z', run: redo, preventDefault: true },
  { linux: 'Ctrl-Shift-z', win: 'Ctrl-Shift-z', run: redo, preventDefault: true },
  // The one of the library would indent.
  { key: 'Enter', run: insertNewline, shift: insertNewline },
  ...standardKeymap,
]);

export function openEditor(parent: HTMLElement, written: WrittenText, options: EditorOptions) {
  /** As it was told, or came from outside. */
  let text = written.text;
  const telling = tellingOf(() => options.oninput((text = view.state.doc.toString())));
  const marking = marked(options, telling);
  const extensions = [
    // A carriage return is a character like any other, and goes on the wire as it came.
    EditorState.lineSeparator.of('\n'),
    EditorState.tabSize.of(8),
    EditorState.phrases.of({ 'Selection deleted': texts.composer.selectionDeleted }),
    EditorView.lineWrapping,
    history(),
    // Before the other keys: they move in the list while it is open.
    callCompletion(options.hasCalls),
    keys,
    boundOf(options.most, parent),
    EditorView.contentAttributes.of(options.attributes),
    marking,
    EditorView.updateListener.of(({ docChanged, selectionSet, focusChanged, state, view: shown }) => {
      if (selectionSet || docChanged || focusChanged) options.onplace(cursorIn(shown), headOf(shown));
      if (docChanged) telling.changed(state.doc.length, state.doc.length - text.length);
    }),
    // Files are left to the page, which says that it takes none.
    EditorView.domEventHandlers({
      drop: carriesFiles,
      mousemove: ({ clientX: x, clientY: y }, shown) =>
        options.onplace(shown.posAtCoords({ x, y }), headOf(shown)),
      mouseleave: (_, shown) => options.onplace(cursorIn(shown), headOf(shown)),
      paste: (event, shown) => paste(event, shown, options),
    }),
  ];
  const stateOf = ({ text: doc, anchor, head }: WrittenText) => {
    const within = (place: number) => Math.min(place, doc.length);
    return EditorState.create({
      doc,
      selection: { anchor: within(anchor), head: within(head) },
      extensions,
    });
  };
  const view = new EditorView({ parent, state: stateOf(written) });
  let attributes = JSON.stringify(options.attributes());
  /** Whether it would look different: nothing is laid out anew for what is the same. */
  const isChanged = () => {
    const before = attributes;
    attributes = JSON.stringify(options.attributes());
    if (attributes !== before) return true;
    const { marks } = view.plugin(marking)!;
    return options.marks(0, 0) !== null && !isSame(marks, marksOf(view, options));
  };
  return {
    focus: () => view.focus(),
    close: () => {
      telling.settle();
      view.destroy();
    },
    settle: telling.settle,
    isCompleting: () => isCompleting(view),
    select(start: number, end: number) {
      const { length } = view.state.doc;
      const selection = { anchor: Math.min(start, length), head: Math.min(end, length) };
      view.dispatch({ selection, scrollIntoView: true });
      view.focus();
    },
    selection: () => ({ start: view.state.selection.main.from, end: view.state.selection.main.to }),
    /** Another text, which undoes nothing of the one before; then the attributes and marks as they are now. */
    refresh(next: string) {
      if (next === text) {
        if (isChanged()) view.dispatch({});
        return;
      }
      telling.drop();
      text = next;
      view.setState(stateOf({ text, anchor: text.length, head: text.length }));
    },
  };
}
