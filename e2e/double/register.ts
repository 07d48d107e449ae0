import { register } from 'node:module';
import { platform } from './settings.ts';

// Before anything that looks at it is loaded.
Object.defineProperty(process, 'platform', { value: platform });
register('./hooks.js', import.meta.url);
