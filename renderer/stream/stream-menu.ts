/** What the chosen bytes of a stream can do. */
import type { ActionName } from '../../shared/actions.ts';
import { texts } from '../../shared/texts/index.ts';
import { copyFormItems } from '../components/copy-form-items.ts';
import { inGroups, type MenuItem } from '../components/menu-item.ts';
import { logKeysOf } from '../lib/action-tooltip.ts';
import { decodeItems } from '../pane/decode-choice.ts';
import type { AppState } from '../state/app.svelte.ts';
import { usualForm } from '../state/copying.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import type { RecordVerbs } from '../state/record-verbs.svelte.ts';
import type { StreamState } from './stream-state.svelte.ts';

const words = texts.verbs;

export function streamItems(
  app: AppState,
  endpoint: EndpointState,
  stream: StreamState,
  verbs: RecordVerbs,
): MenuItem[] {
  const action = (name: ActionName, label: string): MenuItem => ({
    label,
    shortcut: logKeysOf(name),
    disabled: !app.canRun(name),
    run: () => app.run(name),
  });
  const { log } = stream;
  const hasBytes = log.chosenBytes !== null;
  return inGroups(
    [
      ...(verbs.only && verbs.only.peer !== '' ? [action('reply-to-record', words.reply)] : []),
      ...(hasBytes ? [action('edit-record', words.edit)] : []),
    ],
    hasBytes
      ? [
          {
            label: texts.copying.copyAs,
            shortcut: logKeysOf('copy-as'),
            items: copyFormItems(usualForm(app, 'text'), (form) => log.copyAs(form)),
          },
          {
            label: texts.decoding.decodeAs,
            shortcut: logKeysOf('decode-as'),
            items: decodeItems(app, endpoint),
          },
        ]
      : [],
    [
      ...(hasBytes
        ? [
            action('mark-record', texts.compare.mark),
            action('compare-record', texts.compare.compareMarked),
            action('save-record', words.saveAsMessage),
            { label: texts.stream.saveChosen, run: () => void stream.save(false, 'raw') },
            { label: texts.stream.saveChosenAsText, run: () => void stream.save(false, 'text') },
          ]
        : []),
      { label: texts.stream.saveAll, run: () => void stream.save(true, 'raw') },
      { label: texts.stream.saveAsText, run: () => void stream.save(true, 'text') },
    ],
    [action('show-in-stream', texts.stream.showInLog)],
  );
}
