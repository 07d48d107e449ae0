/** The editor of what is written, fetched when it is first needed: until then a plain field stands in its place. */
import { history, insertNewline, redo, standardKeymap, undo } from '@codemirror/commands';
import { EditorState, type Range } from '@codemirror/state';
import { Decoration, EditorView, keymap, WidgetType } from '@codemirror/view';
import { StyleModule } from 'style-mod';
import { texts } from '../../shared/texts/index.ts';
import type { Mark } from './highlight.ts';
import { carriesFiles, refuseText } from './text-bounds.ts';

export type WrittenText = { text: string; anchor: number; head: number };

export type EditorOptions = {
  /** Characters that it bears. */
  most: number;
  /** Asked for anew at each `refresh`. */
  attributes: () => Record<string, string>;
  marks: (from: number, to: number) => Mark[];
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
};

class CarriageReturn extends WidgetType {
  override toDOM(): HTMLElement {
    const sign = document.createElement('span');
    sign.className = 'return';
    sign.textContent = '␍';
    return sign;
  }
}
const carriageReturn = Decoration.replace({ widget: new CarriageReturn() });

function* returnsIn(view: EditorView, from: number, to: number): Generator<Range<Decoration>> {
  const text = view.state.sliceDoc(from, to);
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1))
    yield carriageReturn.range(from + at, from + at + 1);
}

/** What is marked is what is in sight: a long text costs no more than a short one. */
const marksOf = (view: EditorView, { marks }: EditorOptions) =>
  Decoration.set(
    view.visibleRanges.flatMap(({ from, to }) => [
      ...marks(from, to).map(({ start, end, look }) => looks[look].range(start, end)),
      ...returnsIn(view, from, to),
    ]),
    true,
  );

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
  let text = written.text;
  const extensions = [
    // A carriage return is a character like any other, and goes on the wire as it came.
    EditorState.lineSeparator.of('\n'),
    EditorState.tabSize.of(8),
    EditorState.phrases.of({ 'Selection deleted': texts.composer.selectionDeleted }),
    EditorView.lineWrapping,
    history(),
    keys,
    boundOf(options.most, parent),
    EditorView.contentAttributes.of(options.attributes),
    EditorView.decorations.of((shown) => marksOf(shown, options)),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) options.oninput((text = state.doc.toString()));
    }),
    // Files are left to the page, which says that it takes none.
    EditorView.domEventHandlers({ drop: carriesFiles }),
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
  return {
    focus: () => view.focus(),
    close: () => view.destroy(),
    selection: () => ({ start: view.state.selection.main.from, end: view.state.selection.main.to }),
    /** Another text, which undoes nothing of the one before; then the attributes and marks as they are now. */
    refresh(next: string) {
      if (next === text) return view.dispatch({});
      text = next;
      view.setState(stateOf({ text, anchor: text.length, head: text.length }));
    },
  };
}
