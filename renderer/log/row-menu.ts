/** What a row of the log can do, or several together. */
import type { ActionName } from '../../shared/actions.ts';
import { isPayload } from '../../shared/records.ts';
import { writtenValue } from '../../shared/filter/tokens.ts';
import { texts } from '../../shared/texts/index.ts';
import { copyFormItems } from '../components/copy-form-items.ts';
import { inGroups, type MenuItem } from '../components/menu-item.ts';
import { clientEndItem, endItem } from '../endpoint/end-menu.ts';
import { logKeysOf } from '../lib/action-tooltip.ts';
import { decodeItems } from '../pane/decode-choice.ts';
import { copyProgram } from '../state/copy-program-part.ts';
import { comparing } from '../state/compare-part.ts';
import { diagrams } from '../state/diagram-part.ts';
import { annotationsOf, recordOf } from '../state/annotations.svelte.ts';
import { usualForm } from '../state/copying.ts';
import { kindTerm, mostTermBytes, peerTerm } from '../state/filter-terms.ts';
import type { RecordVerbs } from '../state/record-verbs.svelte.ts';

const words = texts.verbs;
const said = texts.annotations;

export function rowItems(verbs: RecordVerbs): MenuItem[] {
  const { app, only, isServer, endpoint, hasBytes, mayReply } = verbs;
  const action = (name: ActionName, label: string, isPossible = true): MenuItem => ({
    label,
    shortcut: logKeysOf(name),
    disabled: !isPossible || !app.canRun(name),
    run: () => app.run(name),
  });
  const hasPeer = only !== null && only.peer !== '';
  const { hasConnections } = endpoint.capabilities;
  return inGroups(
    [
      ...(hasPeer ? [action('reply-to-record', words.reply, mayReply)] : []),
      ...(hasBytes ? [action('edit-record', words.edit)] : []),
      ...(only && isPayload(only.kind) ? [action('send-record-again', words.sendAgain, mayReply)] : []),
    ],
    [
      { label: texts.copying.copyAs, shortcut: logKeysOf('copy-as'), items: copyItems(verbs) },
      ...(hasBytes ? [{ label: texts.programs.copyAs, items: programItems(verbs) }] : []),
      ...(hasBytes
        ? [
            {
              label: texts.decoding.decodeAs,
              shortcut: logKeysOf('decode-as'),
              items: decodeItems(app, endpoint),
            },
          ]
        : []),
      ...(only
        ? [{ label: words.filterBy, shortcut: logKeysOf('filter-by-record'), items: filterItems(verbs) }]
        : []),
    ],
    [
      action('bookmark-record', isBookmarked(verbs) ? said.removeBookmark : said.bookmark),
      action('note-record', said.write),
    ],
    [
      ...(hasBytes ? [action('save-record', words.saveAsMessage)] : []),
      ...compareItems(verbs, action),
      ...diagramItems(verbs, action),
      ...(only && only.peer !== '' ? [action('show-in-stream', texts.stream.showInStream)] : []),
      ...(verbs.mayMakeRule ? [action('rule-from-record', words.makeRule)] : []),
    ],
    hasPeer && (isServer || (hasConnections && endpoint.running))
      ? [
          {
            ...(isServer
              ? endItem(hasConnections, (how) => void verbs.end(how))
              : clientEndItem(app, endpoint)),
            disabled: !mayReply,
          },
        ]
      : [],
  );
}

const saidOf = ({ app, endpoint, only }: RecordVerbs) =>
  only && annotationsOf(app, endpoint).of(recordOf(only));
const isBookmarked = (verbs: RecordVerbs): boolean => saidOf(verbs)?.bookmarked ?? false;

function compareItems(
  { app, endpoint, only, hasBytes, count }: RecordVerbs,
  action: (name: ActionName, label: string) => MenuItem,
): MenuItem[] {
  const words = texts.compare;
  const part = comparing.take();
  if (part === null) return [];
  const marked = part.markOf(app);
  const isMarked = marked !== null && marked.kind !== 'connection';
  if (only === null) {
    if (!hasBytes) return [];
    const isTwo = count === 2 && marked?.kind !== 'several';
    const label = isTwo ? words.compareTwo : isMarked && words.compareWith(part.nameOfSource(marked));
    return [action('mark-record', words.markSeveral), ...(label ? [action('compare-record', label)] : [])];
  }
  const { connection } = only;
  const ofConnection = part.sourceOfConnection(endpoint, connection);
  const isOfOne = only.peer !== '' && endpoint.capabilities.hasConnections;
  return [
    ...(hasBytes ? [action('mark-record', words.mark)] : []),
    ...(hasBytes && isMarked ? [action('compare-record', words.compareWith(part.nameOfSource(marked)))] : []),
    ...(isOfOne ? [{ label: words.markConnection, run: () => part.mark(app, ofConnection) }] : []),
    ...(isOfOne && marked?.kind === 'connection'
      ? [
          {
            label: words.compareConnections(part.nameOfSource(marked)),
            run: () => part.compareWithMark(app, ofConnection),
          },
        ]
      : []),
  ];
}

function diagramItems(
  { app, endpoint, only, count }: RecordVerbs,
  action: (name: ActionName, label: string) => MenuItem,
): MenuItem[] {
  if (only === null) return count > 1 ? [action('show-diagram', texts.diagram.ofRows)] : [];
  const part = diagrams.take();
  if (part === null || only.peer === '') return [];
  return [
    {
      label: texts.diagram.ofConnection,
      run: () => part.openDiagram(app, endpoint, [only.connection]),
    },
  ];
}

/** Each form of the bytes, joined where several rows are chosen, and the rows themselves. */
export function copyItems({ app, log, hasBytes }: RecordVerbs): MenuItem[] {
  const forms = copyFormItems(usualForm(app, 'text'), (form) => log.copyAs(form));
  const shortcut = logKeysOf('copy-rows');
  return inGroups(hasBytes ? forms : [], [
    { label: words.asLines, shortcut, run: () => void log.copyLines() },
  ]);
}

/** One for each language, once they are here. */
const programItems = (verbs: RecordVerbs): MenuItem[] => copyProgram.take()?.recordPrograms(verbs) ?? [];

export function filterItems(verbs: RecordVerbs): MenuItem[] {
  const { log, only, isServer } = verbs;
  if (only === null) return [];
  const { peer, kind, connection, length } = only;
  const by = (label: string, term: string) => ({ label, run: () => log.filterBy(term) });
  const isLong = length > mostTermBytes;
  const bytes = isPayload(kind) && length > 0;
  const kindName = texts.inspector.kinds[kind];
  return inGroups(
    [
      ...(peer === '' ? [] : [by(words.thisPeer(peer), peerTerm(peer))]),
      ...(peer === '' || !isServer
        ? []
        : [{ label: words.thisConnection(connection), run: () => verbs.showConnection() }]),
      bytes
        ? {
            label: isLong ? words.firstBytes(mostTermBytes) : words.theseBytes,
            run: () => void verbs.filterByBytes(false),
          }
        : by(words.thisKind(kindName), kindTerm(kind)),
      ...(saidOf(verbs)?.tags ?? []).map((tag) => by(said.filterByTag(tag), `tag:${writtenValue(tag)}`)),
    ],
    [
      ...(peer === '' ? [] : [by(words.notThisPeer, peerTerm(peer, true))]),
      bytes
        ? {
            label: isLong ? words.notFirstBytes(mostTermBytes) : words.notTheseBytes,
            run: () => void verbs.filterByBytes(true),
          }
        : by(words.notThisKind, kindTerm(kind, true)),
    ],
  );
}
