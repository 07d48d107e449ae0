/** A call in a message, taken apart to be edited argument by argument, and written anew. */
import { readCall, type Argument, type Call } from './call.ts';
import type { Parameter } from './functions/function.ts';
import { functionCalled } from './functions/functions.ts';
import type { Token } from './parts.ts';

/** `text`: as a person would say it; '' for what is not given. */
export type CallField = { parameter: Parameter; text: string };
export type CallForm = {
  /** From its name to behind its last argument. */
  start: number;
  end: number;
  name: string;
  fields: readonly CallField[];
  /** What no field stands for, as it is written: `as=name`, further values, what the function does not know. */
  more: string;
};

/** The call that is written at a place; null where there is none, or none of a function that takes something. */
export function callFormAt(text: string, tokens: readonly Token[], place: number): CallForm | null {
  const token = tokens.find(({ start, end, kind }) => kind === 'insert' && start <= place && place <= end);
  if (token === undefined) return null;
  const written = readCall(text, token.start);
  if (written.kind !== 'pipe') return null;
  const at = Math.max(
    0,
    written.calls.findLastIndex(({ name }) => name.start <= place),
  );
  return formOf(text, written.calls[at]!, at > 0);
}

function formOf(text: string, { name, args }: Call, isPiped: boolean): CallForm | null {
  const found = name.isQuoted || name.key !== '' ? null : functionCalled(name.text);
  // What comes through the pipe is the first of them.
  const parameters = found?.parameters.slice(isPiped ? 1 : 0) ?? [];
  if (parameters.length === 0) return null;
  const left = [...args];
  const take = (which: (argument: Argument) => boolean): Argument | undefined => {
    const at = left.findIndex(which);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const byName = new Map(parameters.map((one) => [one, take(({ key }) => key === one.name)]));
  const fields = parameters.map((parameter) => {
    const argument = byName.get(parameter) ?? take(({ key }) => key === '');
    return { parameter, text: argument === undefined ? '' : saidOf(text, argument, parameter) };
  });
  return {
    ...{ start: name.start, end: args.at(-1)?.end ?? name.end, name: name.text, fields },
    more: left.map(({ start, end }) => text.slice(start, end)).join(' '),
  };
}

/** Words stand without their quotes; of what can be a number, a part or words, quotes tell which. */
const isWords = ({ kind }: Parameter): boolean =>
  kind === 'text' || kind === 'choice' || kind === 'expression';

function saidOf(text: string, { start, end, key, text: said }: Argument, parameter: Parameter): string {
  return isWords(parameter) ? said : text.slice(key === '' ? start : start + key.length + 1, end);
}

/** The call with other arguments, one for each of its fields. What is not given, and all behind it, goes by its name. */
export function writeCall({ name, fields, more }: CallForm, texts: readonly string[]): string {
  let isByName = false;
  const args = fields.flatMap(({ parameter }, at) => {
    const said = texts[at] ?? '';
    if (said === '') {
      isByName = true;
      return [];
    }
    const written = isWords(parameter) ? quoted(said) : said;
    return [isByName ? `${parameter.name}=${written}` : written];
  });
  return [name, ...args, ...(more === '' ? [] : [more])].join(' ');
}

/** Words that need no quotes have none. */
const quoted = (said: string): string =>
  /^[\w.:/+-]+$/.test(said)
    ? said
    : `'${said.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t').replaceAll('\0', '\\0')}'`;
