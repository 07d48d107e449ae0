import { formatCount } from '../../show/sizes.ts';

/** `43 bytes`, `1 byte`, `3,412,003 bytes` */
export const formatExactBytes = (bytes: number): string =>
  `${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;

export const units = { bytes: formatExactBytes };
