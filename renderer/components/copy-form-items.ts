/** The forms in which bytes are copied, as entries of a menu. */
import { copyForms, type CopyForm } from '../../shared/payload/copy-forms.ts';
import { texts } from '../../shared/texts/index.ts';
import { logKeysOf } from '../lib/action-tooltip.ts';
import type { MenuItem } from './menu-item.ts';

/** `usual`: what the keys for copying give. */
export const copyFormItems = (usual: CopyForm, copy: (form: CopyForm) => void): MenuItem[] =>
  copyForms.map((form) => ({
    label: texts.copying.forms[form],
    shortcut: form === usual ? logKeysOf('copy-payloads') : null,
    run: () => copy(form),
  }));
