import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { emptyDraft } from '../../../shared/drafts.ts';
import { noWrap } from '../../../shared/payload/wrap.ts';
import { unnamed } from '../../../shared/saved-messages.ts';
import type { Sequence, Step } from '../../../shared/sequences/sequence.ts';
import { usualRepeat } from '../../../shared/repeat.ts';
import { usualPlan } from '../../../shared/statistics/statistics.ts';
import { emptyLayout, usualPreferences } from '../../../shared/layout.ts';
import { commandNames, commands, runCommand, type CommandName } from './commands.ts';
import { parseArguments } from '../schemas/validate.ts';
import type { Viewer } from './viewer.ts';

const id = 'e0123456789ab';
const filter = { connection: null, text: '' };

const onFailure = { then: 'go-on', again: 2 } as const;
const talk: Step = {
  ...{ kind: 'talk', name: 'Ask', onFailure, expect: 'text:ok', withinMs: 2000 },
  send: { mode: 'text', text: 'hi', lineEnd: 'crlf' },
  set: [{ name: 'id', pattern: '(\\d+)' }],
};
const sequence: Sequence = {
  name: '',
  values: [{ name: 'user', text: 'ada' }],
  steps: [
    talk,
    { kind: 'wait', name: '', onFailure, ms: 5 },
    { kind: 'loop', name: '', onFailure, times: null, steps: [{ ...talk, send: null }] },
    { kind: 'end', name: '', onFailure, how: 'finish' },
    { kind: 'peer-ends', name: '', onFailure, how: 'any', withinMs: 5 },
    { kind: 'stop', name: '', onFailure },
  ],
};

/** Arguments that each command takes. */
const exportPlan = {
  format: 'html',
  rows: [{ from: 0, to: 3 }],
  redact: ['text:secret'],
  leavesOut: ['events'],
  decode: { as: 'http', registers: 'u16' },
  bytes: 'hex',
  times: 'local',
  name: 'report.html',
  filter: '',
};
const sound: Record<CommandName, unknown[]> = {
  hello: [],
  workspace: [],
  workspaces: [],
  openWorkspace: [{ kind: 'handed', name: 'lab 2', text: '{}' }, false],
  saveWorkspaceAs: ['Prüfstand', true],
  settleWorkspace: ['file'],
  drafts: [],
  savePreferences: [{ ...usualPreferences, theme: 'dark' }],
  saveLayout: [{ ...emptyLayout, panes: { main: [20, 80] } }],
  saveDraft: [id, { ...emptyDraft, mode: 'hex', draft: 'x', history: [{ mode: 'as-is', text: 'y' }] }],
  messages: [],
  addMessages: [
    [
      {
        ...unnamed({ mode: 'hex', text: '01', lineEnd: 'none' }),
        name: 'Read temps',
        key: 1,
        target: { host: '::1', port: 5 },
      },
    ],
    'm0123456789ab',
  ],
  changeMessage: [
    'm0123456789ab',
    {
      key: null,
      folder: 'Modbus',
      written: { mode: 'text', text: '', lineEnd: 'crlf', encoding: 'gbk', wrap: noWrap },
    },
  ],
  earlierMessages: ['m0123456789ab'],
  moveMessages: [['m0123456789ab'], null, 'Modbus'],
  removeMessages: [['m0123456789ab']],
  restoreMessages: [1],
  sequences: [],
  sequence: ['s0123456789ab'],
  addSequence: [sequence],
  changeSequence: ['s0123456789ab', { ...sequence, name: 'Log in' }],
  removeSequence: ['s0123456789ab'],
  restoreSequence: [1],
  startSequence: [id, 1, 's0123456789ab', 1_000_000],
  sequenceRuns: ['s0123456789ab'],
  sequenceSteps: [1],
  setKeepFree: [2 ** 30],
  localAddresses: [],
  addEndpoint: [defaultListener()],
  changeEndpoint: [id, defaultClient()],
  removeEndpoint: [id],
  startAgain: [[id]],
  forgetRunning: [],
  startListening: [id],
  stopListening: [id],
  connect: [id],
  disconnect: [id, 'reset'],
  connections: [id, 0, 50, { order: 'activity', find: '127' }],
  connection: [id, { connection: 3 }],
  forgetEnded: [id],
  endConnections: [id, [1, 2], 'finish'],
  setReading: [id, [1], false],
  connectAnyway: [id],
  allowName: [{ kind: 'file', name: '/a' }],
  startWhenFree: [id],
  removeStaleSocket: [id],
  certificates: [],
  makeIdentity: [{ name: 'lab', hosts: ['localhost', '::1'], keyType: 'ec' }],
  importCertificate: [
    { name: 'lab', kind: 'identity', certificate: new Uint8Array(9), key: null, passphrase: '' },
  ],
  removeCertificate: ['c0123456789ab'],
  saveCertificate: ['local'],
  exportMessages: ['packetsender'],
  saveSequence: ['s0123456789ab'],
  saveKeyLog: [id],
  timeline: [id, 0],
  diagnose: [id],
  networkFacts: [],
  resolveName: ['localhost'],
  stage: [id, null, new Uint8Array(512 * 1024)],
  unstage: [1],
  preview: [id, 'all', { mode: 'text', text: '{{counter}}', lineEnd: 'lf' }],
  send: [id, 'all', new Uint8Array(1024 * 1024)],
  sendFile: [id, 'all', { name: 'a.bin', size: 5 }, { pieces: 'line', everyMs: 10 }],
  filePiece: [1, new Uint8Array(3), true],
  beginImport: ['a.pcap', 100],
  importPiece: [1, new Uint8Array(3), true],
  cancelImport: [1],
  pauseFile: [1, true],
  fileUnreadable: [1],
  startRepeat: [id, 'all', new Uint8Array(9), { ...usualRepeat, everyMs: 0.5, jitterMs: 0.5, times: 1e9 }],
  startMany: [
    id,
    { clients: 10_000, rampMs: 500, holdMs: null },
    { mode: 'text', text: '{{counter}}', lineEnd: 'lf' },
    { ...usualRepeat, times: 3 },
  ],
  annotations: [id],
  annotate: [id, [0, 7], { bookmarked: true, note: 'slow', tags: ['late', 'retry'] }],
  openView: [id, filter, 'frames'],
  closeView: [1],
  rows: [1, 0, 512],
  rowOf: [1, 10_000_000_000, 12],
  rowMarks: [1, [2, 3], 0, 10_000_000, 256],
  rowAtTime: [1, 1_796_018_400_000.25],
  recordOfByte: [id, null, 'received', 4096],
  openStream: [id, 3, 'both'],
  closeStream: [1],
  streamRows: [1, 'text', 0, 2048],
  streamPlace: [1, 3, 12],
  streamPieces: [1, 0, 100],
  findInStream: [1, { bytes: new Uint8Array(3), folds: true }, 0, false],
  matchesInStream: [1, { bytes: new Uint8Array(3), folds: true }, 0],
  unpackBrotli: [new Uint8Array(3)],
  saveStream: [1, 0, 100, 'text'],
  record: [id, 0],
  payload: [id, 0, 0, 256 * 1024],
  frameBytes: [id, { sequence: 3, within: 0, last: 3, length: 9 }, 0, 256 * 1024],
  connectionStreams: [id, 3],
  packedBefore: [id, { connection: 2, way: 'received', sequence: 3, within: 9 }],
  frameEdges: [id, { sequence: 3, within: 0, last: 3, length: 9 }],
  peerWrites: [id, { sequence: 3, within: 0, last: 3, length: 9 }],
  frameStarts: [id, [3]],
  openStatistics: [
    id,
    {
      ...usualPlan('client'),
      match: { by: 'decoded', path: 'MBAP.transaction' },
      numbers: { by: 'field', offset: 4, size: 4, order: 'be' },
    },
  ],
  statistics: [1],
  closeStatistics: [1],
  saveStatistics: [1],
  clearLog: [id],
  undoClear: [id],
  saveLog: [1, 'jsonl'],
  exportLog: [1, exportPlan, 1],
  chooseExport: [1, exportPlan],
  verifyLog: [id],
  repairLog: [id],
  previewExport: [1, exportPlan],
  endPreview: [],
  cancelJob: [1],
};

/** Loops within loops. */
function loops(depth: number): Step[] {
  const steps = depth === 0 ? [] : loops(depth - 1);
  return [{ kind: 'loop', name: '', onFailure, times: 1, steps }];
}

class Odd {
  role = 'listener';
}
const junk: unknown[] = [
  undefined,
  true,
  -1,
  0.5,
  NaN,
  Infinity,
  2 ** 60,
  '',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  'x'.repeat(2_000_000),
  [],
  [[1]],
  {},
  { __proto__: null },
  { stage: -1 },
  { ...sequence, steps: [{ kind: 'stop' }] },
  { ...sequence, steps: loops(9) },
  { mode: 'text', text: 'x'.repeat(300_000), lineEnd: 'lf' },
  { mode: 'text', text: '', lineEnd: 'nl' },
  { mode: 'text', text: '' },
  { ...filter, connection: 'sideways' },
  { ...usualRepeat, everyMs: -1 },
  { ...usualRepeat, everyMs: NaN },
  { ...usualRepeat, everyMs: 1e9 },
  { ...usualRepeat, jitterMs: 1001 },
  { ...usualRepeat, times: 0 },
  { ...usualRepeat, times: 1.5 },
  { clients: 0, rampMs: 0, holdMs: 0 },
  { clients: 10_001, rampMs: 0, holdMs: 0 },
  { clients: 1, rampMs: -1, holdMs: 0 },
  { clients: 1, rampMs: 0, holdMs: NaN },
  { ...filter, directions: ['received'] },
  new Odd(),
  new Map(),
  new Date(),
  new ArrayBuffer(8),
  new Uint8Array(2_000_000),
  () => 1,
];

/** Any use of the engine by a command whose arguments are wrong is a failure. */
const untouchable = new Proxy({} as Viewer, {
  get: (_, name) => {
    throw new Error(`${String(name)} was used`);
  },
});

const accepts = (name: CommandName, args: unknown[]): boolean => {
  try {
    parseArguments(commands[name].schema as never, args);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', subject: expect.stringMatching(/./) });
    return false;
  }
};

describe('the table of commands', () => {
  it('has every command of the contract, and no other', () => {
    const contract = readFileSync(new URL('../../../shared/contract.ts', import.meta.url), 'utf8');
    const body = /export type Commands = \{(.*?)\n\};/s.exec(contract)![1]!;
    const names = [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect([...commandNames].sort()).toEqual(names.sort());
  });

  it.each(commandNames)('%s takes what it should, and nothing more or less', (name) => {
    const args = sound[name];
    expect(accepts(name, args)).toBe(true);
    expect(accepts(name, [...args, 1])).toBe(false);
    if (args.length > 0) expect(accepts(name, args.slice(0, -1))).toBe(false);
  });

  it.each(commandNames)('%s refuses junk in any place before it does anything', async (name) => {
    for (const [place] of sound[name].entries()) {
      for (const value of junk) {
        const args = sound[name].with(place, value);
        if (accepts(name, args)) expect(junkThatFits(name, place)).toContainEqual(value);
        else
          await expect(runCommand(untouchable, name, args)).rejects.toMatchObject({
            code: 'INVALID_ARGUMENT',
          });
      }
    }
  });

  /** The few that are sound by themselves: an empty target, an odd but finite row. */
  function junkThatFits(name: CommandName, place: number): unknown[] {
    if (
      ['endConnections', 'preview', 'rowMarks', 'send', 'sendFile', 'setReading', 'startRepeat'].includes(
        name,
      ) &&
      place === 1
    )
      return [[]];
    if (['startAgain', 'addMessages', 'moveMessages', 'removeMessages'].includes(name) && place === 0)
      return [[]];
    if (name === 'changeMessage' && place === 1) return [{}];
    if (name === 'rowAtTime' && place === 1) return [0.5, 2 ** 60];
    // A folder's name is any short text.
    if (name === 'moveMessages' && place === 2)
      return junk.filter((value) => typeof value === 'string' && value.length <= 80);
    if (name === 'setReading' && place === 2) return [true];
    if (['openWorkspace', 'saveWorkspaceAs'].includes(name) && place === 1) return [true];
    if (name === 'saveWorkspaceAs' && place === 0) return ['constructor'];
    if (['filePiece', 'importPiece'].includes(name) && place === 2) return [true];
    if (name === 'pauseFile' && place === 1) return [true];
    if (name === 'findInStream' && place === 3) return [true];
    // A name that no resolver knows is still a name.
    if (name === 'resolveName' || (name === 'beginImport' && place === 0))
      return junk.filter((value) => typeof value === 'string' && value !== '' && value.length <= 1000);
    return [];
  }
});

describe('a wrong argument', () => {
  const failureOf = (name: CommandName, args: unknown[]): unknown => {
    try {
      return parseArguments(commands[name].schema as never, args);
    } catch (error) {
      return (error as { subject: string }).subject;
    }
  };

  it('is named as the form knows it', () => {
    expect(failureOf('addEndpoint', [{ ...defaultListener(), port: 65_536 }])).toBe('port');
    expect(failureOf('addEndpoint', [{ ...defaultListener(), port: 'http' }])).toBe('port');
    expect(failureOf('addEndpoint', [{ ...defaultClient(), host: 'a b' }])).toBe('host');
    const reconnect = { ...defaultClient().reconnect, delayMs: 0 };
    expect(failureOf('addEndpoint', [{ ...defaultClient(), reconnect }])).toBe('reconnect.delayMs');
    const framing = { received: 'line', sent: 'lien' };
    expect(failureOf('addEndpoint', [{ ...defaultListener(), framing }])).toBe('framing.sent');
    expect(failureOf('addEndpoint', [{ ...defaultClient(), role: 'constructor' }])).toBe('role');
    expect(failureOf('rows', [1, 0, 513])).toBe('count');
    expect(failureOf('payload', [id, 0, 0, 256 * 1024 + 1])).toBe('length');
    expect(failureOf('startListening', ['nope!'])).toBe('id');
    expect(failureOf('disconnect', [id, 'gently'])).toBe('how');
    expect(failureOf('hello', [1])).toBe('argument 1');
  });

  it('is a list that is too long, before anybody looks at what it holds', () => {
    const looked = Array.from({ length: 131_000 }, (_, i) => i);
    Object.defineProperty(looked, 0, { get: () => expect.unreachable('an entry was looked at') });
    const composer = { ...emptyDraft, history: looked };
    const server = defaultListener();
    for (const [name, args] of [
      ['send', [id, looked, new Uint8Array(1)]],
      ['endConnections', [id, looked, 'close']],
      ['setReading', [id, looked, true]],
      ['saveLayout', [{ ...emptyLayout, openTabs: looked }]],
      ['saveLayout', [{ ...emptyLayout, panes: { window: looked } }]],
      ['saveDraft', [id, composer]],
      ['addEndpoint', [{ ...server, reply: { ...server.reply, rules: looked } }]],
      ['addEndpoint', [{ ...server, udp: { ...server.udp, groups: looked } }]],
      ['addEndpoint', [{ ...server, tls: { ...server.tls, alpn: looked } }]],
      ['addEndpoint', [{ ...server, tls: { ...server.tls, identities: looked } }]],
      ['makeIdentity', [{ name: 'a', hosts: looked, keyType: 'ec' }]],
    ] as const)
      expect(failureOf(name, [...args])).toEqual(expect.any(String));
  });

  it('is not repeated at length in the failure', () => {
    const long = 'x'.repeat(1_000_000);
    for (const args of [[long], [{ ...defaultListener(), [long]: 1 }]])
      try {
        parseArguments(commands.addEndpoint.schema as never, args);
        expect.unreachable();
      } catch (error) {
        expect(JSON.stringify(error).length).toBeLessThan(2_000);
        expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
  });

  it('may be a property too many, or a name of the prototype', () => {
    expect(failureOf('addEndpoint', [{ ...defaultListener(), extra: 1 }])).toBe('extra');
    const polluted = JSON.parse('{"__proto__":[1]}') as object;
    for (const panes of [polluted, { constructor: [1] }, { 'a b': [1] }])
      expect(failureOf('saveLayout', [{ ...emptyLayout, panes }])).toBe('panes');
  });
});
