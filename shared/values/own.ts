/** Rows of a person's own: `u16be * 0.1 - 40 "°C"`, what to read, how it is scaled, and its unit. */
import { problemIn, type Problem } from '../problem.ts';
import { formatNumber, numberTypes, type NumberType } from './numbers.ts';

/** As it is kept and written. */
export type OwnValue = { name: string; form: string };
export const mostOwnValues = 50;
export const mostOwnName = 100;
export const mostOwnForm = 200;

export type OwnForm = {
  type: NumberType;
  isLittle: boolean;
  /** Words of 16 bits the other way round: the low one first where the order has it last. */
  isSwapped: boolean;
  scale: number;
  offset: number;
  unit: string;
};

/** Words are in `shared/texts/` under `values`. */
export type OwnProblemCode =
  | 'no-type'
  | 'no-order'
  | 'no-order-wanted'
  | 'no-words'
  | 'no-number'
  | 'no-sign'
  | 'open-quote'
  | 'too-long';
export type OwnProblem = Problem<OwnProblemCode>;
export type ReadOwn = { ok: true; form: OwnForm } | { ok: false; problem: OwnProblem };

const typeWord = /^([uif]\d{1,2})(be|le)?(-swapped)?(?![\w-])/i;
const number = /^\d+(?:\.\d*)?(?:e[+-]?\d+)?|^\.\d+(?:e[+-]?\d+)?/i;

/** The first mistake has its place. */
export function readOwnForm(text: string): ReadOwn {
  const wrong = (start: number, end: number, code: OwnProblemCode): ReadOwn => ({
    ok: false,
    problem: problemIn(text, start, end, code),
  });
  if (text.length > mostOwnForm) return wrong(mostOwnForm, text.length, 'too-long');
  let at = text.length - text.trimStart().length;
  const written = /^\S*/.exec(text.slice(at))![0];
  const word = typeWord.exec(text.slice(at));
  const type = word?.[1]!.toLowerCase() ?? '';
  if (word === null || !isType(type)) return wrong(at, at + written.length, 'no-type');
  const end = at + word[0].length;
  const { bytes } = numberTypes[type];
  if (bytes === 1 && word[2] !== undefined) return wrong(at, end, 'no-order-wanted');
  if (bytes > 1 && word[2] === undefined) return wrong(at, end, 'no-order');
  if (word[3] !== undefined && bytes % 4 !== 0) return wrong(at, end, 'no-words');
  const form: OwnForm = {
    type,
    isLittle: word[2]?.toLowerCase() === 'le',
    isSwapped: word[3] !== undefined,
    ...{ scale: 1, offset: 0, unit: '' },
  };
  at = end;
  for (;;) {
    at += text.length - at - text.slice(at).trimStart().length;
    const sign = text[at];
    if (sign === undefined) return { ok: true, form };
    if (sign === '"') {
      const close = text.indexOf('"', at + 1);
      if (close < 0) return wrong(at, text.length, 'open-quote');
      form.unit = text.slice(at + 1, close);
      const rest = text.slice(close + 1);
      if (rest.trim() === '') return { ok: true, form };
      return wrong(text.length - rest.trimStart().length, text.length, 'no-sign');
    }
    if (!'*/+-'.includes(sign)) return wrong(at, text.length, 'no-sign');
    const from = at + 1 + (text.slice(at + 1).length - text.slice(at + 1).trimStart().length);
    const digits = number.exec(text.slice(from))?.[0];
    const value = Number(digits);
    if (digits === undefined || !Number.isFinite(value) || (sign === '/' && value === 0))
      return wrong(
        from,
        Math.max(from, from + (digits ?? /^\S*/.exec(text.slice(from))![0]).length),
        'no-number',
      );
    applied(form, sign, value);
    at = from + digits.length;
  }
}

const isType = (name: string): name is NumberType => Object.hasOwn(numberTypes, name);

/** From the left to the right, as it is read. */
function applied(form: OwnForm, sign: string, value: number): void {
  if (sign === '+' || sign === '-') form.offset += sign === '+' ? value : -value;
  else {
    const factor = sign === '*' ? value : 1 / value;
    form.scale *= factor;
    form.offset *= factor;
  }
}

/** Null where there are too few bytes. What is not scaled is exact; the rest has twelve digits, without the noise of halves. */
export function ownValue(form: OwnForm, bytes: Uint8Array): string | null {
  const { type, isLittle, isSwapped, scale, offset, unit } = form;
  const { bytes: size, read, isFloat32 } = numberTypes[type];
  if (bytes.length < size) return null;
  const own = bytes.slice(0, size);
  const value = read(isSwapped ? swapped(own) : own, isLittle);
  const isPlain = scale === 1 && offset === 0;
  const text = isPlain
    ? formatNumber(value, isFloat32)
    : String(Number((Number(value) * scale + offset).toPrecision(12)));
  return unit === '' ? text : `${text} ${unit}`;
}

/** The words the other way round; the bytes of each stay. */
function swapped(bytes: Uint8Array): Uint8Array {
  const turned = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 2) turned.set(bytes.subarray(at, at + 2), bytes.length - 2 - at);
  return turned;
}
