/** What `socketscope` can be asked, as commander reads it. */
import { Command, Option } from 'commander';
import { planFormats, exportFormats } from '../../../shared/export-formats.ts';
import { registerKinds } from '../../../shared/decoding/context.ts';
import { decoderIds } from '../../../shared/decoding/decoded.ts';
import { framerKinds } from '../../../shared/framing/framers.ts';
import { mostClients } from '../../../shared/many.ts';
import { mostTimes } from '../../../shared/repeat.ts';
import { mostMaxConnections } from '../../../shared/settings/settings.ts';
import { programIds } from '../../../shared/programs/program-ids.ts';
import { languages } from '../../../shared/programs/programs.ts';
import { importFormats } from '../../../shared/importing/importers.ts';
import { captureFormats } from '../../../shared/importing/captured.ts';
import { lineTimes, logLineForms } from '../../../shared/show/line-form.ts';
import { texts } from '../../../shared/texts/index.ts';
import { addAllowOptions } from '../allow-options.ts';
import { addServeOptions, parseFolder, serveOptionsOf, type ServeOptions } from '../options.ts';
import { sayingHere } from '../terminal.ts';
import type { AnnotateOptions } from './annotate.ts';
import type { BytesOptions } from './bytes.ts';
import {
  bytesFormats,
  bytesNotations,
  compareFormats,
  decodeFormats,
  frameFormats,
  importOutputs,
  messagesFormats,
  plainReadings,
  statsFormats,
  verifyFormats,
} from './choices.ts';
import type { CompareOptions } from './compare.ts';
import type { DecodeOptions } from './decode.ts';
import type { FramesOptions } from './frames.ts';
import type { ProgramOptions } from './programs.ts';
import { streamDirections } from '../../../shared/stream-rows.ts';
import type { ExportOptions } from './export.ts';
import type { ShowOptions } from './show.ts';
import type { StatsOptions } from './stats.ts';
import type { ImportOptions } from './import.ts';
import {
  lineEnds,
  countTo,
  parseAlpn,
  parseConnection,
  parseCount,
  parseEncodingOption,
  parseFilterOption,
  parseFilterText,
  parseFrameOption,
  parseIgnoreOption,
  parseNoteOption,
  parseTagOption,
  parseMatchOption,
  parseMilliseconds,
  parseNumbersOption,
  parseOffsetOption,
  parseOwnValue,
  parsePartOption,
  parsePieces,
  parseWrapOption,
  parseRamp,
  parseRedactOption,
  parseSeconds,
  parseTlsVersion,
  parseWait,
  type ConnectOptions,
  type ListenOptions,
  type TypedMessage,
} from './options.ts';
import type { MessagesOptions } from './saved-messages.ts';
import { parseSizeOption } from '../size-option.ts';
import type { VerifyOptions } from './verify.ts';
import type { WorkspaceOptions } from './workspace.ts';

export type Actions = {
  serve(options: ServeOptions): Promise<void>;
  listen(url: string, options: ListenOptions): Promise<void>;
  connect(url: string, options: ConnectOptions): Promise<void>;
  bytes(text: string | undefined, options: BytesOptions): Promise<void>;
  frames(path: string, options: FramesOptions): Promise<void>;
  decode(path: string, options: DecodeOptions): Promise<void>;
  annotate(path: string, records: string[], options: AnnotateOptions): Promise<void>;
  compare(path: string, a: string, b: string, options: CompareOptions): Promise<void>;
  import(path: string, options: ImportOptions): Promise<void>;
  messages(options: MessagesOptions): Promise<void>;
  program(role: string, url: string, options: ProgramOptions): Promise<void>;
  verify(path: string, options: VerifyOptions): Promise<void>;
  workspace(task: string, path: string, options: WorkspaceOptions): Promise<void>;
  show(path: string, options: ShowOptions): Promise<void>;
  export(path: string, options: ExportOptions): Promise<void>;
  stats(path: string, options: StatsOptions): Promise<void>;
};

const words = texts.commandLine;

/** `parseAsync` it; help and mistakes reject with a CommanderError, whose text is already printed. */
export function newProgram(version: string, actions: Actions): Command {
  const program = sayingHere(new Command('socketscope'))
    .description(words.description)
    .version(version, '-V, --version', words.version)
    .helpOption('-h, --help', words.help)
    .helpCommand('help [command]', words.helpCommand)
    .addHelpText('after', `\n${words.mainExamples}`)
    .exitOverride();
  // Made by `command`, so that they inherit how the program ends.
  const serve = addServeOptions(program.command('serve'));
  serve
    .addHelpText('after', `\n${words.serveExamples}`)
    .action(() => actions.serve(serveOptionsOf(serve, process.env)));
  addListen(program.command('listen'), actions);
  addConnect(program.command('connect'), actions);
  addBytes(program.command('bytes'), actions);
  addFrames(program.command('frames'), actions);
  addDecode(program.command('decode'), actions);
  addShow(program.command('show'), actions);
  addExport(program.command('export'), actions);
  addStats(program.command('stats'), actions);
  addCompare(program.command('compare'), actions);
  addAnnotate(program.command('annotate'), actions);
  addImport(program.command('import'), actions);
  addMessages(program.command('messages'), actions);
  addProgram(program.command('program'), actions);
  addWorkspace(program.command('workspace'), actions);
  addVerify(program.command('verify'), actions);
  return program;
}

function addListen(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.listen)
    .argument('<url>', words.listenUrl)
    .option('--reply <kind>', options.reply, 'none')
    .option('--greet <text>', options.greet)
    .option('--then-close', options.thenClose);
  const messages = addMessageOptions(command);
  addRepeatOptions(command)
    .option('--max-connections <n>', options.maxConnections, countTo(mostMaxConnections))
    .option('--self-signed', options.selfSigned)
    .option('--client-ca <file>', options.clientCa);
  addCommon(command)
    .addHelpText('after', `\n${words.listenExamples}`)
    .action((url: string, given: Omit<ListenOptions, 'messages'>) =>
      actions.listen(url, { ...given, messages }),
    );
}

function addConnect(command: Command, actions: Actions): void {
  const { options } = words;
  command.description(words.connect).argument('<url>', words.connectUrl);
  const messages = addMessageOptions(command);
  command
    .option('--pieces <n|line>', options.pieces, parsePieces)
    .option('--piece-every <ms>', options.pieceEvery, parseMilliseconds)
    .option('--half-close', options.halfClose);
  addRepeatOptions(command)
    .option('--clients <n>', options.clients, countTo(mostClients))
    .option('--ramp <s|n/s>', options.ramp, parseRamp)
    .option('--hold <s>', options.hold, parseWait);
  addVerification(command)
    .option('--bind <addr[:port]>', options.bind)
    .option('--proxy <url>', options.proxy);
  addCommon(command)
    .addHelpText('after', `\n${words.connectExamples}`)
    .action((url: string, given: Omit<ConnectOptions, 'messages'>) =>
      actions.connect(url, { ...given, messages }),
    );
}

/** Those that are given, in their order. */
function addMessageOptions(command: Command): TypedMessage[] {
  const { options } = words;
  const messages: TypedMessage[] = [];
  const keep =
    (kind: TypedMessage['kind']) =>
    (value: string): void =>
      void messages.push({ kind, value });
  command
    .option('--send <text>', options.send, keep('text'))
    .option('--send-hex <hex>', options.sendHex, keep('hex'))
    .option('--send-base64 <base64>', options.sendBase64, keep('base64'))
    .option('--send-file <file>', options.sendFile, keep('file'))
    .option('--send-saved <name>', options.sendSaved, keep('saved'))
    .option('--data <folder>', options.savedData, parseFolder)
    .addOption(new Option('--eol <end>', options.eol).choices(lineEnds))
    .option('--wrap <spec>', options.wrap, parseWrapOption);
  return messages;
}

const addRepeatOptions = (command: Command): Command =>
  command
    .option('--every <ms>', words.options.every, parseMilliseconds)
    .option('--times <n>', words.options.times, countTo(mostTimes))
    .option('--jitter <ms>', words.options.jitter, parseMilliseconds)
    .option('--stop-on-failure', words.options.stopOnFailure)
    .option('--joined', words.options.joined);

const addVerification = (command: Command): Command =>
  command
    .addOption(new Option('--verify <on|off>', words.options.verify).choices(['on', 'off']))
    .option('--ca <file>', words.options.ca)
    .option('--servername <name>', words.options.servername);

function addProgram(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.program)
    .argument('<command>', words.programCommand)
    .argument('<url>', words.connectUrl)
    .addOption(new Option('--as <language>', options.asProgram).choices(programIds).makeOptionMandatory());
  const messages = addMessageOptions(command);
  command.option('--pause <s>', options.pause, parseSeconds);
  addVerification(command)
    .option('--alpn <list>', options.alpn, parseAlpn)
    .option('--reply <kind>', options.reply)
    .option('--greet <text>', options.greet)
    .option('--encoding <name>', options.bytesEncoding, parseEncodingOption, 'utf-8');
  const table = programIds.map((id) => ({ id, ...languages[id] }));
  addAllowOptions(command).action((role: string, url: string, given: Omit<ProgramOptions, 'messages'>) =>
    actions.program(role, url, { ...given, messages }),
  );
  finished(command, words.programExamples(table));
}

function addBytes(command: Command, actions: Actions): void {
  const { options } = words;
  addAllowOptions(command)
    .description(words.bytes)
    .argument('[text]', words.bytesText)
    .addOption(new Option('--as <notation>', options.as).choices(bytesNotations).default('text'))
    .option('--encoding <name>', options.bytesEncoding, parseEncodingOption, 'utf-8')
    .addOption(new Option('--eol <end>', options.bytesEol).choices(lineEnds).default('none'))
    .option('--wrap <spec>', options.bytesWrap, parseWrapOption)
    .addOption(new Option('--format <format>', options.bytesFormat).choices(bytesFormats).default('hex'))
    .option('--help-functions', options.helpFunctions)
    .action((text: string | undefined, given: BytesOptions) => actions.bytes(text, given));
  finished(command, words.bytesExamples);
}

function addFrames(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.frames)
    .argument('<file>', words.framesFile)
    .requiredOption('--frame <spec>', options.frame, parseFrameOption)
    .addOption(new Option('--format <format>', options.framesFormat).choices(frameFormats).default('hex'))
    .action((path: string, given: FramesOptions) => actions.frames(path, given));
  finished(command, words.framesExamples(framerKinds));
}

function addDecode(command: Command, actions: Actions): void {
  const { options } = words;
  const table = decoderIds.map((id) => ({ id, name: texts.decoding.names[id] }));
  command
    .description(words.decode)
    .argument('<file>', words.decodeFile)
    .addOption(new Option('--as <decoder>', options.decodeAs).choices([...decoderIds, ...plainReadings]))
    .addOption(new Option('--registers <kind>', options.registers).choices(registerKinds))
    .addOption(new Option('--from <side>', options.from).choices(['client', 'server']))
    .option('--datagram', options.datagram)
    .option('--at <n>', options.at, parseOffsetOption)
    .option('--value <form>', options.value, parseOwnValue)
    .addOption(new Option('--format <format>', options.framesFormat).choices(decodeFormats).default('text'))
    .action((path: string, given: DecodeOptions) => actions.decode(path, given));
  finished(command, words.decodeExamples(table));
}

function addShow(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.show)
    .argument('<dir>', words.showFolder)
    .option('--endpoint <name>', options.endpoint)
    .option('--stream <connection>', options.stream, parseConnection)
    .addOption(new Option('--direction <direction>', options.direction).choices(streamDirections))
    .option('--filter <filter>', options.filter, parseFilterText)
    .option('--frame <spec>', options.frame, parseFrameOption)
    .addOption(new Option('--decode <decoder>', options.decode).choices(decoderIds))
    .addOption(new Option('--registers <kind>', options.registers).choices(registerKinds))
    .option('--encoding <name>', options.encoding, parseEncodingOption)
    .addOption(new Option('--format <format>', options.format).choices(exportFormats).default('text'))
    .option('--out <file>', options.out)
    .action((path: string, given: ShowOptions) => actions.show(path, given));
  finished(command, words.showExamples);
}

function addExport(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.export)
    .argument('<dir>', words.showFolder)
    .addOption(new Option('--to <format>', options.exportTo).choices(planFormats).makeOptionMandatory())
    .requiredOption('--out <file>', options.exportOut)
    .option('--endpoint <name>', options.endpoint)
    .option('--filter <filter>', options.exportFilter, parseFilterText)
    .option('--redact <rule>', options.redact, parseRedactOption)
    .option('--leave-out <part>', options.leaveOut, parsePartOption)
    .addOption(new Option('--bytes <form>', options.bytesAs).choices(logLineForms))
    .addOption(new Option('--times <zone>', options.lineTimes).choices(lineTimes))
    .option('--dry-run', options.dryRun)
    .option('--frame <spec>', options.frame, parseFrameOption)
    .addOption(new Option('--decode <decoder>', options.decode).choices(decoderIds))
    .addOption(new Option('--registers <kind>', options.registers).choices(registerKinds))
    .option('--encoding <name>', options.encoding, parseEncodingOption)
    .action((path: string, given: ExportOptions) => actions.export(path, given));
  finished(command, words.exportExamples);
}

function addStats(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.stats)
    .argument('<dir>', words.showFolder)
    .option('--endpoint <name>', options.endpoint)
    .option('--filter <filter>', options.filter, parseFilterText, '')
    .option('--frame <spec>', options.frame, parseFrameOption)
    .option('--match <rule>', options.match, parseMatchOption)
    .addOption(new Option('--requests <direction>', options.requests).choices(['sent', 'received']))
    .addOption(new Option('--decode <decoder>', options.decodeStats).choices(decoderIds))
    .option('--numbers <place>', options.numbers, parseNumbersOption)
    .option('--encoding <name>', options.encoding, parseEncodingOption)
    .addOption(new Option('--format <format>', options.format).choices(statsFormats).default('text'))
    .option('--out <file>', options.out)
    .action((path: string, given: StatsOptions) => actions.stats(path, given));
  finished(command, words.statsExamples);
}

function addCompare(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.compare)
    .argument('<dir>', words.showFolder)
    .argument('<a>', words.compareWhat)
    .argument('<b>', words.compareWhat)
    .option('--endpoint <name>', options.endpoint)
    .option('--ignore <rule>', options.ignore, parseIgnoreOption)
    .addOption(new Option('--as <decoder>', options.decodeAs).choices(decoderIds))
    .addOption(new Option('--format <format>', options.framesFormat).choices(compareFormats).default('text'))
    .action((path: string, a: string, b: string, given: CompareOptions) =>
      actions.compare(path, a, b, given),
    );
  finished(command, words.compareExamples);
}

function addAnnotate(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.annotate)
    .argument('<dir>', words.showFolder)
    .argument('<records...>', words.annotateWhat)
    .option('--endpoint <name>', options.endpoint)
    .option('--bookmark', options.bookmark)
    .option('--no-bookmark', options.noBookmark)
    .option('--note <text>', options.note, parseNoteOption)
    .option('--tag <tag>', options.tag, parseTagOption)
    .option('--untag <tag>', options.untag, parseTagOption)
    .action((path: string, records: string[], given: AnnotateOptions) =>
      actions.annotate(path, records, given),
    );
  finished(command, words.annotateExamples);
}

function addImport(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.import)
    .argument('<file>', words.importFile)
    .addOption(new Option('--as <format>', options.importAs).choices([...importFormats, ...captureFormats]))
    .option('--to <file2>', options.importTo)
    .addOption(new Option('--format <format>', options.importFormat).choices(importOutputs))
    .action((path: string, given: ImportOptions) => actions.import(path, given));
  finished(command, words.importExamples);
}

function addMessages(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.messages)
    .option('--data <folder>', options.data, parseFolder)
    .addOption(new Option('--format <format>', options.format).choices(messagesFormats).default('text'))
    .action((given: MessagesOptions) => actions.messages(given));
  finished(command, words.messagesExamples);
}

function addWorkspace(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(words.workspace)
    .argument('<command>', words.workspaceTask)
    .argument('<file>', words.workspaceFile)
    .option('--data <folder>', options.data, parseFolder)
    .option('--secrets', options.secrets, false)
    .action((task: string, path: string, given: WorkspaceOptions) => actions.workspace(task, path, given));
  finished(command, words.workspaceExamples);
}

function addVerify(command: Command, actions: Actions): void {
  const { options } = words;
  command
    .description(texts.verifying.command)
    .argument('<dir>', words.showFolder)
    .option('--endpoint <name>', options.endpoint)
    .option('--repair <dir2>', texts.verifying.repair, parseFolder)
    .addOption(new Option('--format <format>', options.format).choices(verifyFormats).default('text'))
    .action((path: string, given: VerifyOptions) => actions.verify(path, given));
  finished(command, texts.verifying.examples);
}

function addCommon(command: Command): Command {
  const { options } = words;
  addAllowOptions(command)
    .option('--cert <file>', options.cert)
    .option('--key <file>', options.key)
    .option('--passphrase-file <file>', options.passphraseFile)
    .option('--sequence <file>', options.sequence)
    .option('--alpn <list>', options.alpn, parseAlpn)
    .option('--tls-min <version>', options.tlsMin, parseTlsVersion)
    .option('--tls-max <version>', options.tlsMax, parseTlsVersion)
    .option('--join <group[%if]>', options.join, (group: string, before: string[] = []) => [...before, group])
    .option('--source <addr>', options.source)
    .addOption(new Option('--format <format>', options.format).choices(exportFormats).default('text'))
    .option('--encoding <name>', options.encoding, parseEncodingOption, 'utf-8')
    .option('--filter <filter>', options.filter, parseFilterOption)
    .option('--frame <spec>', options.frame, parseFrameOption)
    .addOption(new Option('--decode <decoder>', options.decode).choices(decoderIds))
    .addOption(new Option('--registers <kind>', options.registers).choices(registerKinds))
    .option('--stats', options.stats)
    .option('--out <file>', options.out)
    .option('--pcapng <file>', options.pcapng)
    .option('--capture <dir>', options.capture, parseFolder)
    .option('--capture-limit <size>', options.captureLimit, parseSizeOption)
    .option('--keep-free <size>', options.keepFree, parseSizeOption)
    .option('--keylog <file>', options.keylog)
    .option('--timeout <s>', options.timeout, parseSeconds)
    .option('--connect-timeout <s>', options.connectTimeout, parseSeconds)
    .option('--idle-timeout <s>', options.idleTimeout, parseSeconds)
    .option('--count <n>', options.count, parseCount)
    .option('--diagnose', options.diagnose)
    .option('--no-diagnose', options.noDiagnose)
    .helpOption('-h, --help', words.help)
    .allowExcessArguments(false);
  return onceEach(command);
}

const repeatable: readonly string[] = [
  'tag',
  'untag',
  'send',
  'sendHex',
  'sendBase64',
  'sendFile',
  'sendSaved',
  'join',
  'allowFile',
  'allowEnv',
  'value',
  'ignore',
  'redact',
  'leaveOut',
];

/** What commands end with: help with examples, no arguments but their own, each option once. */
const finished = (command: Command, examples: string): Command =>
  onceEach(
    command
      .helpOption('-h, --help', words.help)
      .allowExcessArguments(false)
      .addHelpText('after', `\n${examples}`),
  );

/** The last of two values would count, and the first be lost without a word. */
function onceEach(command: Command): Command {
  for (const option of command.options) {
    if (!(option.required || option.optional) || repeatable.includes(option.attributeName())) continue;
    let count = 0;
    command.on(`option:${option.name()}`, () => {
      if (++count > 1) command.error(`error: ${words.problems.givenTwice(option.flags)}`);
    });
  }
  return command;
}
