import { formatAddress } from '../address.ts';
import type { EndpointId } from '../domain.ts';
import { escapeLine } from '../payload/format.ts';
import type { Finding, Process } from '../network-facts.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';
import { describeUnanswered } from './network-text.ts';

/** Enough to tell one program of a name from another. */
const commandCharacters = 80;

type Owner = Extract<Finding, { kind: 'port-owner' }>;
type ResolvesTo = Extract<Finding, { kind: 'resolves-to' }>;

/**
 * One sentence without a full stop; names and command lines of programs cannot hide anything in it. `nameOf`: what an
 * endpoint of this app is called, null for one that is gone.
 */
export function describeFinding(
  finding: Finding,
  nameOf: (endpoint: EndpointId) => string | null = () => null,
  texts: Texts = chosen,
): string {
  return escapeLine(sentenceOf(finding, nameOf, texts));
}

function sentenceOf(finding: Finding, nameOf: (id: EndpointId) => string | null, texts: Texts): string {
  const words = texts.diagnosis;
  switch (finding.kind) {
    case 'port-owner':
      return ownerSentence(finding, nameOf, texts);
    case 'next-free-port':
      return words.freePort(finding.port);
    case 'path':
      return words.path[finding.state](finding.path);
    case 'listening-here':
      return words.listeningHere(programOf(finding.process, texts), finding.addresses.map(formatAddress));
    case 'nothing-listens-here':
      return words.nothingListens(finding.port);
    case 'other-family':
      return words.otherAnswers(finding.answered.map(formatAddress));
    case 'resolves-to':
      return nameSentence(finding, texts);
    case 'known-authority':
      return words.knownAuthority(finding.id === 'local' ? '' : finding.name);
    case 'privileged-port':
      return words.privileged(finding.lowestPort);
    case 'unknown':
      return words.unknown[finding.about];
  }
}

const noAddressCodes: readonly (string | null)[] = [null, 'ENOTFOUND', 'ENODATA'];

/** A name server that gave no answer knows nothing about the name, not even that it does not exist. */
function nameSentence({ host, addresses, code, server }: ResolvesTo, texts: Texts): string {
  const words = texts.diagnosis;
  if (addresses.length > 0) return words.resolvesTo(host, addresses, server);
  return noAddressCodes.includes(code)
    ? words.resolvesToNothing(host, code ?? '', server)
    : words.noAnswer(host, `${describeUnanswered(code!, texts)} (${code})`, server);
}

function ownerSentence(owner: Owner, nameOf: (id: EndpointId) => string | null, texts: Texts): string {
  const words = texts.diagnosis;
  const address = formatAddress(owner.address);
  const name = owner.endpoint === null ? null : nameOf(owner.endpoint);
  if (name !== null) return words.ownEndpoint(address, name);
  if (owner.isThisApp) return words.ownApp(address);
  if (owner.process === null) return words.hiddenOwner(address);
  const { command } = owner.process;
  const shown = command.length > commandCharacters ? `${command.slice(0, commandCharacters)}…` : command;
  const said = words.owner(address, programOf(owner.process, texts));
  return command === '' ? said : `${said}, ${words.ownerCommand(shown)}`;
}

const programOf = (process: Process | null, { diagnosis }: Texts): string =>
  process === null ? '' : diagnosis.process(process.name, process.pid);
