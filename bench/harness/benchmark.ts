import type { LaunchOptions } from '@playwright/test';
import type { Row } from './measure.ts';

export type Context = { browserOptions(): Promise<LaunchOptions> };
export type Benchmark = { name: string; about: string; run(context: Context): Promise<Row[]> };
