/** Options of command lines, as tables tell them. */
import type { RefusalCode } from '../brought.ts';
import type { Word } from '../shell-words.ts';

/** `take` returns why it has no place here; undefined: it has. */
export type Option<S> = {
  takes: boolean;
  take: (state: S, value: string) => RefusalCode | undefined;
};
export type OptionTable<S> = ReadonlyMap<string, Option<S>>;
type Refuse = (code: RefusalCode, at: number, what: string) => void;

/** Options by their names, several of one separated by blanks: `{ '-k --insecure': flag(…) }`. */
export const tableOf = <S>(entries: Readonly<Record<string, Option<S>>>): OptionTable<S> =>
  new Map(
    Object.entries(entries).flatMap(([names, option]) =>
      names.split(' ').map((name) => [name, option] as const),
    ),
  );

type Taken = RefusalCode | undefined;
export const flag = <S>(take: (state: S) => Taken): Option<S> => ({
  takes: false,
  take: (state) => take(state),
});
export const value = <S>(take: (state: S, value: string) => Taken): Option<S> => ({
  takes: true,
  take,
});
/** Of what a program prints, or what happens here anyway. */
export const unneeded: Option<unknown> = flag(() => undefined);
export const unneededValue: Option<unknown> = value(() => undefined);
export const elsewhere: Option<unknown> = flag(() => 'option-elsewhere');
export const elsewhereValue: Option<unknown> = value(() => 'option-elsewhere');
export const file: Option<unknown> = value(() => 'option-file');
export const runs: Option<unknown> = value(() => 'program-runs');

/**
 * Takes the options out of `words` and returns the others. `style`: letters behind one dash and long names behind two
 * (getopt_long(3), abbreviations too), or `words` behind one, as those of openssl.
 */
export function takeOptions<S>(
  words: readonly Word[],
  table: OptionTable<S>,
  state: S,
  refuse: Refuse,
  style: 'letters' | 'words' = 'letters',
): Word[] {
  const others: Word[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const { text, at } = word;
    if (text === '--' && style === 'letters') return [...others, ...words.slice(index + 1)];
    if (!text.startsWith('-') || text === '-') {
      others.push(word);
      continue;
    }
    /** The value behind a name, or the next word. */
    const run = (name: string, option: Option<S> | undefined, own: string | null): void => {
      if (option === undefined) return refuse('option-unknown', at, name);
      if (!option.takes && own !== null) return refuse('option-value', at, text);
      const next = option.takes ? (own ?? words[++index]?.text) : '';
      if (next === undefined) return refuse('option-incomplete', at, name);
      const code = option.take(state, next);
      if (code !== undefined) refuse(code, at, option.takes ? `${name} ${next}` : name);
    };
    if (style === 'words') run(text, table.get(text.replace(/^--/, '-')), null);
    else if (text.startsWith('--')) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      run(name, longOption(table, name), equals < 0 ? null : text.slice(equals + 1));
    } else
      for (let letter = 1; letter < text.length; letter++) {
        const name = `-${text[letter]}`;
        const option = table.get(name);
        const rest = text.slice(letter + 1);
        run(name, option, option?.takes && rest !== '' ? rest : null);
        if (option === undefined || option.takes) break;
      }
  }
  return others;
}

function longOption<S>(table: OptionTable<S>, name: string): Option<S> | undefined {
  const exact = table.get(name);
  if (exact !== undefined || name.length < 3) return exact;
  const near = new Set([...table].filter(([known]) => known.startsWith(name)).map(([, option]) => option));
  return near.size === 1 ? [...near][0] : undefined;
}
