/** What each kind of argument may be. Sizes bound what a page can make the engine hold. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { CertificateFiles, NewIdentity } from '../../../shared/certificates.ts';
import { settingsOf, type EndpointSettings } from '../../../shared/settings/settings.ts';
import type { EndKind, EndpointId } from '../../../shared/domain.ts';
import {
  connectionOrders,
  type ConnectionKey,
  type ConnectionQuery,
  type StreamPoint,
} from '../../../shared/contract.ts';
import { decodeAs } from '../../../shared/decoding/choice.ts';
import { decoderIds } from '../../../shared/decoding/decoded.ts';
import { registerKinds } from '../../../shared/decoding/context.ts';
import { isExpression } from '../../../shared/filter/expression-places.ts';
import {
  streamDirections,
  streamFiles,
  streamForms,
  type StreamPattern,
} from '../../../shared/stream-rows.ts';
import { logReadings, readings, type FrameRef } from '../../../shared/frames.ts';
import { lineTimes, logLineForms } from '../../../shared/show/line-form.ts';
import { exportFormats, exportParts, planFormats } from '../../../shared/export-formats.ts';
import { mostRedactLength, mostRedactRules, readRedact } from '../../../shared/redaction/rules.ts';
import type { Filter } from '../../../shared/filter/filter.ts';
import {
  highlightColours,
  mostFilterName,
  mostHighlights,
  mostKeptFilters,
  mostMarked,
} from '../../../shared/filter/kept.ts';
import { copyForms } from '../../../shared/payload/copy-forms.ts';
import { notations, type LineEnd } from '../../../shared/payload/payload.ts';
import { unreadableIn } from '../../../shared/framing/settings.ts';
import { noWrap, readText, wrapChoices, type Wrap } from '../../../shared/payload/wrap.ts';
import { checkSettings } from '../../../shared/settings/endpoint.ts';
import { mostWrittenCharacters } from '../../../shared/settings/reply.ts';
import { hintIds } from '../../../shared/settings/ready-made.ts';
import { encodingIds } from '../../../shared/encodings/encodings.ts';
import { mostOwnEncodings } from '../../../shared/encodings/shown.ts';
import { draftBytes, mostDraftBytes, takeOver, type ComposerDraft } from '../../../shared/drafts.ts';
import { highestPort } from '../../../shared/address.ts';
import {
  documentIds,
  mostRecent,
  paneRooms,
  textSizes,
  timeFormats,
  type Layout,
  type ManyId,
  type Preferences,
} from '../../../shared/layout.ts';
import { checkFilePlan, type FilePlan } from '../../../shared/file-plan.ts';
import { checkMany, type ManyPlan } from '../../../shared/many.ts';
import { checkRepeat, type RepeatPlan } from '../../../shared/repeat.ts';
import { mostMessages, mostNameCharacters } from '../../../shared/saved-messages.ts';
import { mostIgnoreCharacters, mostIgnored } from '../../../shared/compare/ignore.ts';
import { comparePattern } from '../../../shared/compare/source.ts';
import { diagramPattern } from '../../../shared/diagram/tab.ts';
import { isPlainObject, listOf, plain } from '../../../shared/schema.ts';
import { mostOwnForm, mostOwnName, mostOwnValues } from '../../../shared/values/own.ts';
import { longestPattern } from '../../../shared/statistics/matching.ts';

/** The longest payload piece, message or text in one call, in bytes. */
export const maxMessageBytes = 1024 * 1024;

export const integer = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
export const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest));

/** As `newEndpointId` makes them: safe as a folder's name, and no name of any prototype. */
const idPattern = /^e[0-9a-f]{12}$/;
export const newEndpointId = (): EndpointId => `e${randomBytes(6).toString('hex')}`;
export const isEndpointId = (text: string): boolean => idPattern.test(text);
export const endpointId = v.pipe(v.string(), v.regex(idPattern), v.title('id'));
export const jobId = v.pipe(integer(1, 2 ** 31), v.title('job'));
export const exportFormat = v.pipe(v.picklist(exportFormats), v.title('format'));
export const viewId = v.pipe(integer(1, 2 ** 31), v.title('view'));
export const rowNumber = v.pipe(integer(0, Number.MAX_SAFE_INTEGER), v.title('from'));
const mostRowRanges = 10_000;
export const exportPlan = v.pipe(
  v.strictObject({
    format: v.picklist(planFormats),
    rows: v.nullable(
      v.pipe(
        v.array(v.strictObject({ from: rowNumber, to: rowNumber })),
        v.maxLength(mostRowRanges),
        v.check((ranges) =>
          ranges.every(({ from, to }, at) => from < to && from >= (ranges[at - 1]?.to ?? 0)),
        ),
      ),
    ),
    redact: v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.maxLength(mostRedactLength + 10),
          v.check((rule) => readRedact(rule).ok),
        ),
      ),
      v.maxLength(mostRedactRules),
    ),
    leavesOut: v.pipe(v.array(v.picklist(exportParts)), v.maxLength(exportParts.length)),
    decode: v.nullable(v.strictObject({ as: v.picklist(decoderIds), registers: v.picklist(registerKinds) })),
    bytes: v.picklist(logLineForms),
    times: v.picklist(lineTimes),
    name: v.pipe(v.string(), v.maxLength(200)),
    filter: v.pipe(v.string(), v.maxLength(10_000)),
  }),
  // A whole log has no parts but what was said of it.
  v.check(
    ({ format, rows, redact, leavesOut }) =>
      format !== 'capture' ||
      (rows === null && redact.length === 0 && leavesOut.every((part) => part === 'annotations')),
  ),
  v.title('plan'),
);
export const sequence = v.pipe(integer(0, Number.MAX_SAFE_INTEGER), v.title('sequence'));
export const sequences = v.pipe(v.array(sequence), v.minLength(1), v.maxLength(512), v.title('sequences'));
export const markViews = v.pipe(listOf(viewId, mostMarked), v.title('others'));
export const rowCount = v.pipe(integer(0, 512), v.title('count'));
export const offset = v.pipe(integer(0, Number.MAX_SAFE_INTEGER), v.title('offset'));
export const moment = v.pipe(v.number(), v.finite(), v.minValue(0), v.title('time'));
export const payloadLength = v.pipe(integer(0, 256 * 1024), v.title('length'));
export const keepFreeBytes = v.pipe(integer(0, Number.MAX_SAFE_INTEGER), v.title('keepFree'));
export const placeId = v.pipe(integer(1, 2 ** 31), v.title('place'));
export const stageId = v.pipe(integer(1, 2 ** 31), v.title('stage'));

const bytesUpTo = (longest: number) =>
  v.pipe(
    v.custom<Uint8Array>((value) => value instanceof Uint8Array),
    v.check((bytes) => bytes.byteLength <= longest),
  );
export const packedBytes = v.pipe(bytesUpTo(1024 * 1024), v.title('bytes'));
export const stagePiece = v.pipe(bytesUpTo(512 * 1024), v.title('bytes'));
export const mode = v.picklist(notations);
export const lineEnd = v.picklist(['none', 'lf', 'cr', 'crlf'] satisfies LineEnd[]);
export const encoding = v.exactOptional(v.picklist(encodingIds));
const wrapText = v.pipe(
  text(4096),
  v.check((written) => readText(written).problems.length === 0),
);
export const wrap: v.GenericSchema<unknown, Wrap> = plain(
  v.strictObject({
    head: wrapText,
    length: v.picklist(wrapChoices.length),
    counts: v.picklist(wrapChoices.counts),
    checksum: v.picklist(wrapChoices.checksum),
    order: v.picklist(wrapChoices.order),
    covers: v.picklist(wrapChoices.covers),
    tail: wrapText,
  }),
);
export const writtenMessage = plain(
  v.strictObject({
    ...{ mode, text: text(mostWrittenCharacters), lineEnd, encoding },
    wrap: v.exactOptional(wrap),
  }),
);
export const message = v.pipe(
  v.union([bytesUpTo(maxMessageBytes), plain(v.strictObject({ stage: stageId })), writtenMessage]),
  v.title('message'),
);

const repeatShape: v.GenericSchema<unknown, RepeatPlan> = plain(
  v.strictObject({
    everyMs: v.number(),
    jitterMs: v.number(),
    times: v.nullable(v.number()),
    stopsOnFailure: v.boolean(),
    joins: v.boolean(),
  }),
);
/** Refuses a plan by the first of its problems, whose code and field are told. */
function planOf<Plan extends object>(
  shape: v.GenericSchema<unknown, Plan>,
  check: (plan: Plan) => readonly { field: keyof Plan & string; code: string }[],
): v.GenericSchema<unknown, Plan> {
  return v.pipe(
    shape,
    v.rawCheck(({ dataset, addIssue }) => {
      const [problem] = dataset.typed ? check(dataset.value) : [];
      if (problem === undefined || !dataset.typed) return;
      const { field: key, code } = problem;
      const input = dataset.value as Record<string, unknown>;
      addIssue({
        message: code,
        path: [{ type: 'object' as const, origin: 'value' as const, input, key, value: input[key] }],
      });
    }),
    v.title('plan'),
  );
}
export const repeatPlan = planOf(repeatShape, checkRepeat);

const manyShape: v.GenericSchema<unknown, ManyPlan> = plain(
  v.strictObject({ clients: v.number(), rampMs: v.number(), holdMs: v.nullable(v.number()) }),
);
export const manyPlan = planOf(manyShape, checkMany);

const fileShape: v.GenericSchema<unknown, FilePlan> = plain(
  v.strictObject({ pieces: v.nullable(v.union([v.number(), v.literal('line')])), everyMs: v.number() }),
);
export const filePlan: v.GenericSchema<unknown, FilePlan> = v.pipe(
  fileShape,
  v.check((plan) => checkFilePlan(plan).length === 0),
  v.title('plan'),
);
export const sentFile = v.pipe(
  plain(v.strictObject({ name: text(1000), size: integer(0, Number.MAX_SAFE_INTEGER) })),
  v.title('file'),
);
export const importName = v.pipe(text(1000), v.minLength(1), v.title('name'));
export const importSize = v.pipe(integer(0, Number.MAX_SAFE_INTEGER), v.title('size'));
export const isLast = v.pipe(v.boolean(), v.title('isLast'));
export const isPaused = v.pipe(v.boolean(), v.title('isPaused'));

export const outsideName = v.pipe(
  plain(v.strictObject({ kind: v.picklist(['file', 'variable']), name: v.pipe(text(4096), v.minLength(1)) })),
  v.title('name'),
);

export const endKind = v.pipe(v.picklist(['finish', 'close', 'reset'] satisfies EndKind[]), v.title('how'));
export const typedAddress = plain(v.strictObject({ host: text(1000), port: integer(1, 65_535) }));
export const target = v.pipe(
  v.union([v.literal('all'), v.custom<number[]>(isPeerList), typedAddress]),
  v.title('target'),
);

export const connectionQuery: v.GenericSchema<unknown, ConnectionQuery> = v.pipe(
  plain(v.strictObject({ order: v.picklist(connectionOrders), find: text(200) })),
  v.title('query'),
);
const connectionNumber = integer(0, Number.MAX_SAFE_INTEGER);
export const chosenConnection = v.pipe(v.nullable(connectionNumber), v.title('connection'));
export const connectionKey: v.GenericSchema<unknown, ConnectionKey> = v.pipe(
  v.union([
    plain(v.strictObject({ id: connectionNumber })),
    plain(v.strictObject({ connection: connectionNumber })),
  ]),
  v.title('key'),
);

/** As many as a server can have. By hand: a schema for each number would take a tenth of a second. */
function isPeerList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > 100_000) return false;
  for (const id of value) if (!Number.isSafeInteger(id) || (id as number) < 0) return false;
  return true;
}

const shownIn = v.picklist(encodingIds);
const shownEncodings = v.strictObject({
  sent: shownIn,
  received: shownIn,
  own: listOf(
    v.strictObject({
      connection: integer(0, Number.MAX_SAFE_INTEGER),
      way: v.picklist(['sent', 'received']),
      encoding: shownIn,
    }),
    mostOwnEncodings,
  ),
  carries: v.boolean(),
});

const decodeFields = { as: v.picklist(decodeAs), registers: v.picklist(registerKinds) };

export const filter: v.GenericSchema<unknown, Filter> = v.pipe(
  plain(
    v.strictObject({
      connection: v.nullable(integer(0, Number.MAX_SAFE_INTEGER)),
      text: text(4096),
      language: v.exactOptional(text(100)),
      encodings: v.exactOptional(shownEncodings),
      decoding: v.exactOptional(
        v.strictObject({ ...decodeFields, isListener: v.boolean(), isDatagram: v.boolean() }),
      ),
    }),
  ),
  v.title('filter'),
);

// The schema sees to shapes alone: which values can be used, `checkSettings` says, for the page's forms and here alike.
export const endpointSettings: v.GenericSchema<unknown, EndpointSettings> = v.pipe(
  v.lazy((input) => settingsOf(isPlainObject(input) ? input.role : null)),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const [problem] = checkSettings(dataset.value);
    const unreadable = unreadableIn(dataset.value.framing);
    const key = problem?.field ?? (unreadable && `framing.${unreadable}`);
    if (key === null) return;
    const input: Record<string, unknown> = dataset.value;
    const path = { type: 'object' as const, origin: 'value' as const, input, key, value: input[key] };
    addIssue({ message: problem?.code ?? 'frame-unknown', path: [path] });
  }),
  v.title('settings'),
);

// Keys of these maps become properties of objects in the page and in the workspace file.
const key = v.pipe(v.string(), v.regex(/^(?!__proto__$|constructor$|prototype$)[\w.:-]{1,64}$/));
const mostHistory = 200;
export const draft: v.GenericSchema<unknown, ComposerDraft> = v.pipe(
  plain(
    v.strictObject({
      mode,
      lineEnd,
      // Left out by an earlier version.
      encoding: v.optional(v.picklist(encodingIds), 'utf-8'),
      wrap: v.optional(wrap, noWrap),
      draft: text(mostDraftBytes),
      history: listOf(plain(v.strictObject({ mode, text: text(mostDraftBytes) })), mostHistory),
      enterSends: v.boolean(),
      keepText: v.nullable(v.boolean()),
      repeat: v.exactOptional(repeatPlan),
    }),
  ),
  v.check((value) => draftBytes(value) <= mostDraftBytes),
  v.title('draft'),
);

/** As a file may hold it, of an earlier version too. */
export const keptDraft: v.GenericSchema<unknown, ComposerDraft> = v.union([
  draft,
  v.pipe(
    plain(
      v.strictObject({
        mode: v.picklist(['text', 'hex']),
        lineEnd,
        draft: text(mostDraftBytes),
        history: listOf(text(mostDraftBytes), mostHistory),
      }),
    ),
    v.transform(takeOver),
    v.check((value) => draftBytes(value) <= mostDraftBytes),
  ),
]);

export const preferences: v.GenericSchema<unknown, Preferences> = v.pipe(
  plain(
    v.strictObject({
      theme: v.picklist(['system', 'light', 'dark']),
      timeFormat: v.picklist(timeFormats),
      // Preferences of before there was a choice have none.
      textSize: v.optional(v.picklist(textSizes), 'normal'),
      copyForm: v.optional(v.nullable(v.picklist(copyForms)), null),
      recent: v.optional(listOf(text(100), mostRecent), []),
    }),
  ),
  v.title('preferences'),
);

const manyId = v.custom<ManyId>(
  (id) =>
    typeof id === 'string' &&
    (/^sequence:s[0-9a-f]{12}$/.test(id) || comparePattern.test(id) || diagramPattern.test(id)),
);
const tabId = v.union([v.picklist(documentIds), manyId, endpointId]);

const columnChoice = plain(
  v.strictObject({
    width: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000))),
    isHidden: v.boolean(),
  }),
);

const decodeChoice = plain(v.strictObject(decodeFields));

const keptFilter = plain(v.strictObject({ name: text(mostFilterName), text: text(4096) }));
const highlight = plain(
  v.strictObject({ text: text(4096), colour: v.picklist(highlightColours), isOff: v.boolean() }),
);
const ownValue = plain(v.strictObject({ name: text(mostOwnName), form: text(mostOwnForm) }));
const statisticsChoice = plain(
  v.strictObject({
    match: text(2 * longestPattern),
    requests: v.nullable(v.picklist(['sent', 'received'])),
    numbers: text(2 * longestPattern),
    isFiltered: v.exactOptional(v.boolean()),
  }),
);

const compareChoice = plain(
  v.strictObject({
    as: v.nullable(v.picklist(['automatic', ...decoderIds])),
    ignore: listOf(text(mostIgnoreCharacters), mostIgnored),
  }),
);

export const layout: v.GenericSchema<unknown, Layout> = v.pipe(
  plain(
    v.strictObject({
      openTabs: listOf(tabId, 1000),
      activeTab: v.nullable(tabId),
      panes: plainMap(listOf(v.pipe(v.number(), v.finite()), 16), 200),
      // Workspaces of before there were hints have none.
      hints: v.optional(plainMap(v.picklist(hintIds), 1000), {}),
      // Nor had those of before the pane had rooms any of these.
      room: v.optional(v.nullable(v.picklist(paneRooms)), null),
      keepsClosed: v.optional(v.boolean(), false),
      sections: v.optional(plainMap(v.boolean(), 100), {}),
      folded: v.optional(listOf(text(mostNameCharacters), mostMessages), []),
      columns: v.optional(plainMap(columnChoice, 50), {}),
      readings: v.optional(plainMap(v.picklist(logReadings), 1000), {}),
      decoders: v.optional(plainMap(decodeChoice, 1000), {}),
      values: v.optional(listOf(ownValue, mostOwnValues), []),
      filters: v.optional(listOf(keptFilter, mostKeptFilters), []),
      highlights: v.optional(listOf(highlight, mostHighlights), []),
      statistics: v.optional(plainMap(statisticsChoice, 1000), {}),
      compared: v.optional(plainMap(compareChoice, 1000), {}),
    }),
  ),
  v.title('layout'),
);

const mostEndpoints = 1_000;
export const endpointIds = v.pipe(listOf(endpointId, mostEndpoints), v.title('ids'));
export const running = plain(
  v.strictObject({
    running: endpointIds,
    // Earlier versions kept none.
    ports: v.optional(plainMap(integer(1, highestPort), mostEndpoints), {}),
  }),
);

/** valibot's record leaves prototype names out in silence; here a key that is not plain is refused. */
function plainMap<T>(
  value: v.GenericSchema<unknown, T>,
  mostEntries: number,
): v.GenericSchema<unknown, Record<string, T>> {
  return v.pipe(
    plain(v.custom<Record<string, unknown>>(() => true)),
    v.check((map) => Object.keys(map).length <= mostEntries),
    v.check((map) => Object.keys(map).every((name) => v.is(key, name))),
    v.record(key, value),
  );
}

const hostName = text(1000);
export const networkHost = v.pipe(hostName, v.minLength(1), v.title('host'));
export const reading = v.pipe(v.boolean(), v.title('reading'));
export const viewReading = v.pipe(v.picklist(readings), v.title('reading'));
export const streamId = v.pipe(integer(1, 2 ** 31), v.title('stream'));
export const streamDirection = v.pipe(v.picklist(streamDirections), v.title('direction'));
export const streamFile = v.pipe(v.picklist(streamFiles), v.title('file'));
export const streamForm = v.pipe(v.picklist(streamForms), v.title('form'));
export const place = v.pipe(integer(0, Number.MAX_SAFE_INTEGER), v.title('place'));
export const isBackwards = v.pipe(v.boolean(), v.title('isBackwards'));
export const streamPattern: v.GenericSchema<unknown, StreamPattern> = v.pipe(
  v.union([
    plain(
      v.strictObject({
        bytes: v.pipe(
          bytesUpTo(64 * 1024),
          v.check((bytes) => bytes.length > 0),
        ),
        folds: v.boolean(),
      }),
    ),
    v.pipe(plain(v.strictObject({ text: text(4096), flags: text(8) })), v.check(isExpression)),
  ]),
  v.title('pattern'),
);
export const streamPoint: v.GenericSchema<unknown, StreamPoint> = plain(
  v.strictObject({
    connection: integer(0, Number.MAX_SAFE_INTEGER),
    way: v.picklist(['sent', 'received']),
    sequence: integer(0, Number.MAX_SAFE_INTEGER),
    within: integer(0, 2 ** 32),
  }),
);

export const frameRef: v.GenericSchema<unknown, FrameRef> = v.pipe(
  plain(
    v.strictObject({
      sequence: integer(0, Number.MAX_SAFE_INTEGER),
      within: integer(0, 2 ** 32),
      last: integer(0, Number.MAX_SAFE_INTEGER),
      length: integer(0, 2 ** 32),
    }),
  ),
  v.title('frame'),
);
/** As `CertificateStore` makes them; 'local' is the local CA. */
export const certificateId = v.pipe(v.string(), v.regex(/^(local|c[0-9a-f]{12})$/), v.title('id'));
export const newIdentity: v.GenericSchema<unknown, NewIdentity> = v.pipe(
  plain(
    v.strictObject({
      name: text(80),
      hosts: v.pipe(listOf(hostName, 100), v.minLength(1)),
      keyType: v.picklist(['ec', 'rsa']),
    }),
  ),
  v.title('identity'),
);
export const certificateFiles: v.GenericSchema<unknown, CertificateFiles> = v.pipe(
  plain(
    v.strictObject({
      name: text(80),
      kind: v.picklist(['identity', 'authority']),
      certificate: bytesUpTo(256 * 1024),
      key: v.nullable(bytesUpTo(64 * 1024)),
      passphrase: text(1000),
    }),
  ),
  v.title('files'),
);
