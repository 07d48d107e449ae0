/** Steps that send a saved message: what it says is looked up when the sequence is run. */
import type { SavedMessage } from '../saved-messages.ts';
import type { KeptAsStep, Sequence, Step, TalkStep } from './sequence.ts';

type Listed = Pick<SavedMessage, 'id' | 'name' | 'folder' | 'written'>;

export const isKeptMessage = (send: TalkStep['send']): send is KeptAsStep =>
  send !== null && 'message' in send;

/** With its folder, as the command line has it. */
export const pathOf = ({ folder, name }: Pick<SavedMessage, 'folder' | 'name'>): string =>
  folder === '' ? name : `${folder}/${name}`;

/** Those that a name means: with its folder, or without where that is none. Of one that is right there is one. */
export function messagesNamed<T extends Listed>(name: string, list: readonly T[]): T[] {
  const inFolder = list.filter((each) => pathOf(each) === name);
  return inFolder.length > 0 ? inFolder : list.filter((each) => each.name === name);
}

/** Null where it is not saved any more, or its name alone does not tell which it is. */
export function messageOf<T extends Listed>({ message, name }: KeptAsStep, list: readonly T[]): T | null {
  const known = message === null ? undefined : list.find(({ id }) => id === message);
  if (known !== undefined) return known;
  const named = name === '' ? [] : messagesNamed(name, list);
  return named.length === 1 ? named[0]! : null;
}

/** By which it is found again; null where another one has it, too, or it has none. */
export function nameFor(message: Listed, list: readonly Listed[]): string | null {
  const isRight = (name: string): boolean => {
    const found = messagesNamed(name, list);
    return found.length === 1 && found[0]!.id === message.id;
  };
  if (message.name === '') return null;
  return [message.name, pathOf(message)].find(isRight) ?? null;
}

function withSends(steps: readonly Step[], change: (send: KeptAsStep) => TalkStep['send']): Step[] {
  return steps.map((step) => {
    if (step.kind === 'loop') return { ...step, steps: withSends(step.steps, change) };
    if (step.kind !== 'talk' || !isKeptMessage(step.send)) return step;
    return { ...step, send: change(step.send) };
  });
}

/** What is saved now in their place; one that is not found stays what it is, and cannot be run. */
export const withMessages = (sequence: Sequence, list: readonly Listed[]): Sequence => ({
  ...sequence,
  steps: withSends(sequence.steps, (send) => messageOf(send, list)?.written ?? send),
});

/** Each known by its number, under the name that it has now. */
export const linked = (sequence: Sequence, list: readonly Listed[]): Sequence => ({
  ...sequence,
  steps: withSends(sequence.steps, (send) => {
    const found = messageOf(send, list);
    return found === null ? send : { message: found.id, name: found.name };
  }),
});

/** For a file: each by its name alone, and as it is written where that would not find it. */
export const named = (sequence: Sequence, list: readonly Listed[]): Sequence => ({
  ...sequence,
  steps: withSends(sequence.steps, (send) => {
    const found = messageOf(send, list);
    if (found === null) return send;
    const name = nameFor(found, list);
    return name === null ? found.written : { message: null, name };
  }),
});
