/** What the selected bytes of a record can do; where only the cursor stands, all of its bytes. */
import type { CompareSource } from '../../shared/compare/source.ts';
import type { CopyForm } from '../../shared/payload/copy-forms.ts';
import { texts } from '../../shared/texts/index.ts';
import { copyFormItems } from '../components/copy-form-items.ts';
import { inGroups, type MenuItem } from '../components/menu-item.ts';
import type { AppState } from '../state/app.svelte.ts';
import { comparing } from '../state/compare-part.ts';
import { mostCopiedBytes } from '../state/copying.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { hexTerm, mostTermBytes } from '../state/filter-terms.ts';
import type { InspectorState } from '../state/inspector.svelte.ts';
import { loadBytes } from '../state/load-bytes.ts';
import { logOf } from '../state/log.svelte.ts';
import { addRule } from '../state/rule-from-bytes.ts';
import { decodeItems } from './decode-choice.ts';

export type BytesVerbs = {
  app: AppState;
  endpoint: EndpointState;
  inspector: InspectorState;
  /** What the keys for copying give. */
  usual: CopyForm;
  copyAs: (form: CopyForm) => void;
};

const words = texts.verbs;

export function bytesItems({ app, endpoint, inspector, usual, copyAs }: BytesVerbs): MenuItem[] {
  const { start, end } = inspector.copied;
  const length = end - start;
  const withBytes = async (use: (bytes: Uint8Array) => void) => {
    if (length > mostCopiedBytes) return app.toast(words.tooLong(mostCopiedBytes));
    const bytes = await app.attempt(() => inspector.readCopied());
    if (bytes) use(bytes);
  };
  const filterBy = (label: string, isExcluded: boolean) => ({
    label,
    run: () => void withBytes((bytes) => logOf(app, endpoint).filterBy(hexTerm(bytes, isExcluded))),
  });
  const isLong = length > mostTermBytes;
  const { record, joined, side } = inspector;
  const name = record && !joined ? words.ofRecord(record.sequence) : words.ofBytes;
  const isReceived = (joined ? side : record?.kind) === 'received';
  const edit = {
    label: words.edit,
    run: () => void withBytes((bytes) => loadBytes(app, endpoint, bytes, name)),
  };
  const makeRule = {
    label: words.makeRule,
    run: () => void withBytes((bytes) => addRule(app, endpoint, bytes)),
  };
  const part = comparing.take();
  const marked = part && part.markOf(app);
  const isAll = length === (inspector.payload?.length ?? 0);
  const source: CompareSource | null =
    record && !joined
      ? {
          ...{ endpoint: endpoint.id, sequence: record.sequence, kind: 'record', more: [] },
          ...{ frame: inspector.frame, selection: isAll ? null : { start, end } },
        }
      : null;
  const compareItems: MenuItem[] =
    part === null || source === null
      ? []
      : [
          { label: texts.compare.mark, run: () => part.mark(app, source) },
          ...(marked && marked.kind !== 'connection'
            ? [
                {
                  label: texts.compare.compareWith(part.nameOfSource(marked)),
                  run: () => part.compareWithMark(app, source),
                },
              ]
            : []),
        ];
  return inGroups(
    [edit],
    [
      { label: texts.copying.copyAs, items: copyFormItems(usual, copyAs) },
      { label: texts.decoding.decodeAs, items: decodeItems(app, endpoint) },
      {
        label: words.filterBy,
        items: [
          filterBy(isLong ? words.firstBytes(mostTermBytes) : words.theseBytes, false),
          filterBy(isLong ? words.notFirstBytes(mostTermBytes) : words.notTheseBytes, true),
        ],
      },
    ],
    compareItems,
    endpoint.settings.role === 'listener' && isReceived ? [makeRule] : [],
  );
}
