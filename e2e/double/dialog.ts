import type Electron from 'electron';
import { strict } from './emitter.ts';

/** A person who cancels; tests put their own answers in place, as on real Electron. */
export const dialog: Pick<
  Electron.Dialog,
  'showErrorBox' | 'showMessageBox' | 'showOpenDialog' | 'showSaveDialog'
> = strict('dialog', {
  showErrorBox: (title: string, content: string) => console.error(`${title}: ${content}`),
  // Electron's types have two forms of it; the one with a window has the options second.
  showMessageBox: async (...args: unknown[]) => {
    const { cancelId = 0 } = args.at(-1) as Electron.MessageBoxOptions;
    return { response: cancelId, checkboxChecked: false };
  },
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
});
