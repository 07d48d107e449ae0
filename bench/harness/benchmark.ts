import type { LaunchOptions } from '@playwright/test';
import type { Row } from './measure.ts';

export type Context = { browserOptions(): Promise<LaunchOptions> };
/** `isLong`: it runs only where it is named. */
export type Benchmark = {
  name: string;
  about: string;
  isLong?: boolean;
  run(context: Context): Promise<Row[]>;
};
