import { formatCount } from '../../show/sizes.ts';

/** `1 record`, `3,412 records`. `many`: of a word that takes more than an s. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** `43 bytes`, `1 byte`, `3,412,003 bytes` */
export const formatExactBytes = (bytes: number): string => counted(bytes, 'byte');

export const units = { bytes: formatExactBytes };
