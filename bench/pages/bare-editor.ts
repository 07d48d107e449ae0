/** What a message's editor is compared with: the same library with its usual keys, and nothing that is ours. */
import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { EditorView, keymap } from '@codemirror/view';

declare global {
  var openBareEditor: (doc: string) => void;
}

globalThis.openBareEditor = (doc) => {
  const extensions = [history(), keymap.of([...standardKeymap, ...historyKeymap]), EditorView.lineWrapping];
  const view = new EditorView({ doc, extensions, parent: document.body });
  view.dom.style.height = '90px';
  view.focus();
};
