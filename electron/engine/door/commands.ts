/** Every command of the contract: what its arguments may be, and what it does. A new command is its type there and an entry here. */
import * as v from 'valibot';
import type { Commands } from '../../../shared/contract.ts';
import { FailureError } from '../../../shared/failure.ts';
import { resolveName } from '../doctor/network-facts.ts';
import { listedPeers } from '../listed-peers.ts';
import { localAddresses } from '../net/local-addresses.ts';
import { annotationChange } from '../schemas/annotations.ts';
import * as m from '../schemas/saved-messages.ts';
import * as q from '../schemas/sequences.ts';
import * as s from '../schemas/schemas.ts';
import { startMany } from '../many.ts';
import * as w from '../schemas/workspaces.ts';
import { stagedBytes, startRepeat } from '../repeats.ts';
import { mostCompared } from '../../../shared/compare/compare.ts';
import { unpackBrotli } from '../reading/brotli.ts';
import { connectionStreams } from '../reading/connection-streams.ts';
import { frameBytes, frameEdges } from '../reading/frames/stretch.ts';
import { timelineOf } from '../reading/timeline.ts';
import { statisticsId, statisticsPlan } from '../schemas/statistics.ts';
import { parseArguments } from '../schemas/validate.ts';
import type { Viewer } from './viewer.ts';

type Command<F> = F extends (...args: infer A) => infer R
  ? { schema: v.GenericSchema<unknown, A>; run: (viewer: Viewer, ...args: A) => R | Promise<R> }
  : never;

function command<const S extends readonly v.GenericSchema[], R>(
  items: S,
  run: (viewer: Viewer, ...args: v.InferOutput<v.StrictTupleSchema<S, undefined>>) => R,
) {
  return { schema: v.strictTuple(items), run };
}

/** Of one body, as much as a page shows. */
const mostUnpacked = 1024 * 1024;

export const commands = {
  hello: command([], ({ engine }) => engine.hello()),
  workspace: command([], ({ engine }) => ({
    ...engine.workspace.data,
    id: engine.workspaces.openId,
    keepFree: engine.keepFree,
    wereRunning: [...engine.wasRunning.offered],
  })),
  workspaces: command([], ({ engine }) => engine.workspaces.list()),
  openWorkspace: command([w.choice, w.stops], ({ engine }, choice, stops) =>
    engine.workspaces.open(choice, stops),
  ),
  saveWorkspaceAs: command([w.name, w.hasSecrets], ({ engine }, name, hasSecrets) =>
    engine.workspaces.saveAs(name, hasSecrets),
  ),
  settleWorkspace: command([w.keeping], ({ engine }, keeping) => engine.workspaces.settle(keeping)),
  drafts: command([], ({ engine }) => engine.workspace.drafts),
  savePreferences: command([s.preferences], ({ engine }, preferences) =>
    engine.workspace.savePreferences(preferences),
  ),
  saveDraft: command([s.endpointId, s.draft], ({ engine }, id, draft) =>
    engine.workspace.saveDraft(id, draft),
  ),
  saveLayout: command([s.layout], ({ engine }, layout) => engine.workspace.saveLayout(layout)),
  messages: command([], ({ engine }) => engine.workspace.messages.list),
  addMessages: command([m.messages, m.before], ({ engine }, messages, before) =>
    engine.workspace.messages.add(messages, before),
  ),
  changeMessage: command([m.messageId, m.messageChange], ({ engine }, id, change) =>
    engine.workspace.messages.change(id, change),
  ),
  earlierMessages: command([m.messageId], ({ engine }, id) => engine.workspace.messages.earlierOf(id)),
  moveMessages: command([m.messageIds, m.before, m.folder], ({ engine }, ids, before, folder) =>
    engine.workspace.messages.move(ids, before, folder),
  ),
  removeMessages: command([m.messageIds], ({ engine }, ids) => engine.workspace.messages.remove(ids)),
  restoreMessages: command([m.removal], ({ engine }, removal) => engine.workspace.messages.restore(removal)),
  sequences: command([], ({ engine }) => engine.workspace.sequences.list),
  sequence: command([q.sequenceId], ({ engine }, id) => engine.workspace.sequences.find(id)),
  addSequence: command([q.savedSequence], ({ engine }, sequence) => engine.workspace.sequences.add(sequence)),
  changeSequence: command([q.sequenceId, q.savedSequence], ({ engine }, id, sequence) =>
    engine.workspace.sequences.change(id, sequence),
  ),
  removeSequence: command([q.sequenceId], ({ engine }, id) => engine.workspace.sequences.remove(id)),
  restoreSequence: command([m.removal], ({ engine }, removal) => engine.workspace.sequences.restore(removal)),
  setKeepFree: command([s.keepFreeBytes], ({ engine }, bytes) => engine.setKeepFree(bytes)),
  localAddresses: command([], () => localAddresses()),

  addEndpoint: command([s.endpointSettings], ({ engine }, settings) => engine.addEndpoint(settings)),
  changeEndpoint: command([s.endpointId, s.endpointSettings], ({ engine }, id, settings) =>
    engine.changeEndpoint(id, settings),
  ),
  removeEndpoint: command([s.endpointId], ({ engine }, id) => engine.removeEndpoint(id)),

  startAgain: command([s.endpointIds], ({ engine }, ids) => engine.wasRunning.startAgain(ids)),
  forgetRunning: command([], ({ engine }) => engine.wasRunning.forget()),
  startListening: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).startListening()),
  stopListening: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).stopListening()),
  connect: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).connect()),
  disconnect: command([s.endpointId, s.endKind], ({ engine }, id, how) =>
    engine.endpoint(id).disconnect(how),
  ),
  connections: command(
    [s.endpointId, s.rowNumber, s.rowCount, s.connectionQuery],
    ({ engine }, id, from, count, query) => listedPeers(engine.endpoint(id), query, from, count),
  ),
  connection: command([s.endpointId, s.connectionKey], ({ engine }, id, key) =>
    engine.endpoint(id).connections.find(key),
  ),
  forgetEnded: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).connections.forgetEnded()),
  endConnections: command([s.endpointId, s.target, s.endKind], ({ engine }, id, target, how) =>
    engine.endpoint(id).connections.end(target, how),
  ),

  setReading: command([s.endpointId, s.target, s.reading], ({ engine }, id, target, reading) =>
    engine.endpoint(id).connections.setReading(target, reading),
  ),
  connectAnyway: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).connectAnyway()),
  startWhenFree: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).startWhenFree()),
  removeStaleSocket: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).removeStaleSocket()),

  certificates: command([], ({ engine }) => engine.certificates.list()),
  makeIdentity: command([s.newIdentity], ({ engine }, identity) =>
    engine.certificates.makeIdentity(identity),
  ),
  importCertificate: command([s.certificateFiles], ({ engine }, files) =>
    engine.certificates.importFiles(files),
  ),
  removeCertificate: command([s.certificateId], ({ engine }, id) => engine.certificates.remove(id)),
  saveCertificate: command([s.certificateId], ({ engine }, id) => engine.files.saveCertificate(id)),
  exportMessages: command([m.exportFormat], ({ engine }, format) =>
    engine.files.exportMessages(format, engine.workspace),
  ),
  saveSequence: command([q.sequenceId], ({ engine }, id) => engine.files.saveSequence(id, engine.workspace)),
  saveKeyLog: command([s.endpointId], ({ engine }, id) => engine.files.saveKeyLog(engine.endpoint(id))),

  timeline: command([s.endpointId, s.sequence], ({ engine }, id, sequence) =>
    timelineOf(engine.endpoint(id).capture, sequence),
  ),
  diagnose: command([s.endpointId], ({ engine }, id) => engine.diagnose(id)),
  networkFacts: command([], ({ engine }) => engine.networkFacts()),
  resolveName: command([s.networkHost], (_, host) => resolveName(host)),

  stage: command(
    [s.endpointId, v.nullable(s.stageId), s.stagePiece],
    ({ engine, staging }, id, stage, piece) => staging.add(engine.endpoint(id), stage, piece),
  ),
  unstage: command([s.stageId], ({ staging }, stage) => staging.drop(stage)),
  preview: command([s.endpointId, s.target, s.writtenMessage], ({ engine }, id, target, message) =>
    engine.endpoint(id).preview(target, message),
  ),
  send: command([s.endpointId, s.target, s.message], ({ engine, staging }, id, target, message) => {
    const endpoint = engine.endpoint(id);
    if (message instanceof Uint8Array) return endpoint.send(target, message);
    if ('text' in message) return endpoint.sendWritten(target, message);
    const taken = endpoint.sendStaged(target, staging.extents(endpoint, message.stage));
    // From here on those hold its bytes that have still to send them.
    staging.drop(message.stage);
    return taken;
  }),

  startRepeat: command(
    [s.endpointId, s.target, s.message, s.repeatPlan],
    async ({ engine, staging }, id, target, message, plan) => {
      const endpoint = engine.endpoint(id);
      const isStaged = !(message instanceof Uint8Array) && 'stage' in message;
      const whole = isStaged
        ? await stagedBytes(endpoint, staging.extents(endpoint, message.stage))
        : message;
      const { jobs, hostKind: host } = engine;
      const job = startRepeat({ jobs, endpoint, host }, target, whole, plan);
      if (isStaged) staging.drop(message.stage);
      return job;
    },
  ),

  startMany: command(
    [s.endpointId, s.manyPlan, v.nullable(s.message), v.nullable(s.repeatPlan)],
    async ({ engine, staging }, id, plan, message, repeat) => {
      const endpoint = engine.endpoint(id);
      const isStaged = message !== null && !(message instanceof Uint8Array) && 'stage' in message;
      const whole = isStaged
        ? await stagedBytes(endpoint, staging.extents(endpoint, message.stage))
        : message;
      const job = await startMany(engine.jobs, endpoint, plan, whole && { message: whole, repeat });
      if (isStaged) staging.drop(message.stage);
      return job;
    },
  ),

  startSequence: command(
    [s.endpointId, q.peer, q.sequenceId, q.runTimes],
    ({ engine }, id, peer, sequence, times) =>
      engine.sequenceRuns.start(engine.endpoint(id), peer, sequence, times),
  ),
  sequenceRuns: command([q.sequenceId], ({ engine }, id) => engine.sequenceRuns.past(id)),
  sequenceSteps: command([q.runNumber], ({ engine }, run) => engine.sequenceRuns.steps(run)),
  sendFile: command(
    [s.endpointId, s.target, s.sentFile, s.filePlan],
    ({ engine, files }, id, target, file, plan) => files.begin(engine.endpoint(id), target, file, plan),
  ),
  filePiece: command([s.jobId, s.stagePiece, s.isLast], ({ files }, job, bytes, isLast) =>
    files.push(job, bytes, isLast),
  ),
  beginImport: command([s.importName, s.importSize], ({ imports }, name, size) => imports.begin(name, size)),
  importPiece: command([s.jobId, s.stagePiece, s.isLast], ({ imports }, number, bytes, isLast) =>
    imports.push(number, bytes, isLast),
  ),
  cancelImport: command([s.jobId], ({ imports }, number) => imports.cancel(number)),
  pauseFile: command([s.jobId, s.isPaused], ({ files }, job, isPaused) => files.pause(job, isPaused)),
  fileUnreadable: command([s.jobId], ({ files }, job) => files.fail(job)),

  allowName: command([s.outsideName], ({ engine }, name) => engine.allowName(name)),

  openView: command([s.endpointId, s.filter, s.viewReading], (viewer, id, filter, reading) =>
    viewer.openView(id, filter, reading),
  ),
  closeView: command([s.viewId], (viewer, view) => viewer.closeView(view)),
  rows: command([s.viewId, s.rowNumber, s.rowCount], (viewer, view, from, count) =>
    viewer.view(view).rows(from, count),
  ),
  rowOf: command([s.viewId, s.sequence, s.offset], (viewer, view, sequence, within) =>
    viewer.view(view).rowOf(sequence, within),
  ),
  rowMarks: command(
    [s.viewId, s.markViews, s.rowNumber, s.rowNumber, s.rowCount],
    (viewer, view, others, from, end, parts) =>
      viewer.view(view).marks(
        others.map((other) => viewer.view(other)),
        { from, end, parts },
      ),
  ),
  rowAtTime: command([s.viewId, s.moment], (viewer, view, time) => viewer.view(view).rowAtTime(time)),
  recordOfByte: command(
    [s.endpointId, s.chosenConnection, s.streamDirection, s.offset],
    ({ engine }, id, connection, direction, at) =>
      engine.endpoint(id).recordOfByte({ connection, direction, at }),
  ),
  openStream: command([s.endpointId, s.sequence, s.streamDirection], (viewer, id, connection, direction) =>
    viewer.openStream(id, connection, direction),
  ),
  closeStream: command([s.streamId], (viewer, stream) => viewer.closeStream(stream)),
  streamRows: command([s.streamId, s.streamForm, s.place, s.place], (viewer, stream, form, from, to) =>
    viewer.stream(stream).rows(form, from, to),
  ),
  streamPlace: command([s.streamId, s.sequence, s.offset], (viewer, stream, sequence, within) =>
    viewer.stream(stream).placeOf(sequence, within),
  ),
  streamPieces: command([s.streamId, s.place, s.place], (viewer, stream, from, to) =>
    viewer.stream(stream).pieces(from, to),
  ),
  findInStream: command(
    [s.streamId, s.streamPattern, s.place, s.isBackwards],
    (viewer, stream, pattern, from, isBackwards) => viewer.stream(stream).find(pattern, from, isBackwards),
  ),
  matchesInStream: command([s.streamId, s.streamPattern, s.place], (viewer, stream, pattern, from) =>
    viewer.stream(stream).matches(pattern, from),
  ),
  unpackBrotli: command([s.packedBytes], (_, bytes) => unpackBrotli(bytes, mostUnpacked)),
  saveStream: command([s.streamId, s.place, s.place, s.streamFile], (viewer, stream, from, to, as) =>
    viewer.saveStream(stream, from, to, as),
  ),
  verifyLog: command([s.endpointId], ({ engine }, id) => engine.captures.verify(id)),
  repairLog: command([s.endpointId], ({ engine }, id) => engine.captures.repair(id)),
  record: command([s.endpointId, s.sequence], ({ engine }, id, sequence) =>
    engine.endpoint(id).record(sequence),
  ),
  annotations: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).annotations.list),
  annotate: command([s.endpointId, s.sequences, annotationChange], ({ engine }, id, sequences, change) =>
    engine.endpoint(id).annotations.change(sequences, change),
  ),
  payload: command(
    [s.endpointId, s.sequence, s.offset, s.payloadLength],
    ({ engine }, id, sequence, offset, length) => engine.endpoint(id).payload(sequence, offset, length),
  ),
  frameBytes: command(
    [s.endpointId, s.frameRef, s.offset, s.payloadLength],
    ({ engine }, id, frame, offset, length) => frameBytes(engine.endpoint(id).capture, frame, offset, length),
  ),
  connectionStreams: command([s.endpointId, s.sequence], ({ engine }, id, connection) =>
    connectionStreams(engine.endpoint(id).capture, connection, mostCompared),
  ),
  packedBefore: command([s.endpointId, s.streamPoint], ({ engine }, id, point) =>
    engine.endpoint(id).packedBefore(point),
  ),
  frameEdges: command([s.endpointId, s.frameRef], ({ engine }, id, frame) =>
    frameEdges(engine.endpoint(id).capture, frame, { most: 1000 }),
  ),
  peerWrites: command([s.endpointId, s.frameRef], ({ engine }, id, frame) => engine.peerWrites(id, frame)),
  frameStarts: command([s.endpointId, s.sequences], ({ engine }, id, sequences) =>
    engine.endpoint(id).frameStarts(sequences),
  ),
  clearLog: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).clearLog()),
  undoClear: command([s.endpointId], ({ engine }, id) => engine.endpoint(id).undoClear()),
  saveLog: command([s.viewId, s.exportFormat], (viewer, view, format) => viewer.saveLog(view, format)),
  exportLog: command([s.viewId, s.exportPlan, v.nullable(s.placeId)], (viewer, view, plan, place) =>
    viewer.exportLog(view, plan, place),
  ),
  chooseExport: command([s.viewId, s.exportPlan], (viewer, view, plan) => viewer.chooseExport(view, plan)),
  previewExport: command([s.viewId, s.exportPlan], (viewer, view, plan) => viewer.previewExport(view, plan)),
  endPreview: command([], (viewer) => viewer.endPreview()),
  openStatistics: command([s.endpointId, statisticsPlan], ({ engine, statistics }, id, plan) =>
    statistics.open(engine.endpoint(id), plan),
  ),
  statistics: command([statisticsId], ({ statistics }, id) => statistics.told(id)),
  closeStatistics: command([statisticsId], ({ statistics }, id) => statistics.close(id)),
  saveStatistics: command([statisticsId], async ({ engine, statistics }, id) => {
    const { endpoint, reading } = statistics.of(id);
    return engine.files.saveStatistics(endpoint, await reading.told(), reading.plan);
  }),
  cancelJob: command([s.jobId], ({ engine }, id) => engine.jobs.cancel(id)),
} satisfies { [K in keyof Commands]: Command<Commands[K]> };

export type CommandName = keyof typeof commands;
export const commandNames = Object.keys(commands) as CommandName[];

/** Checks the arguments and runs the command; what it throws or rejects with is for the channel to carry. */
export async function runCommand(viewer: Viewer, name: CommandName, args: unknown[]): Promise<unknown> {
  const { schema, run } = commands[name] as Command<(...args: unknown[]) => unknown>;
  const checked = parseArguments(schema as v.StrictTupleSchema<v.GenericSchema[], undefined>, args);
  if (viewer.hasLeft) throw new FailureError({ code: 'CHANNEL_CLOSED' });
  return run(viewer, ...checked);
}
