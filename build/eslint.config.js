import js from '@eslint/js';
import n from 'eslint-plugin-n';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from '../svelte.config.js';

/** Who may import whom (docs/ARCHITECTURE.md). A specifier is refused when it matches a pattern of its folder. */
const borders = [
  {
    files: ['shared/**/*.ts'],
    refuse: [
      'electron',
      'electron/*',
      'node:*',
      'svelte',
      'svelte/*',
      'ws',
      '**/electron/**',
      '**/renderer/**',
      '**/e2e/**',
    ],
  },
  {
    files: ['electron/engine/**/*.ts'],
    refuse: [
      'electron',
      'electron/*',
      'svelte',
      'svelte/*',
      'ws',
      '**/headless/**',
      '**/renderer/**',
      '**/e2e/**',
    ],
  },
  {
    files: ['electron/headless/**/*.ts'],
    refuse: [
      'electron',
      'electron/*',
      'svelte',
      'svelte/*',
      '**/renderer/**',
      '**/e2e/**',
      '../main*',
      '../window*',
    ],
  },
  {
    files: ['electron/*.ts'],
    ignores: ['electron/preload.ts'],
    refuse: ['svelte', 'svelte/*', 'ws', '**/headless/**', '**/renderer/**', '**/e2e/**'],
  },
  { files: ['electron/preload.ts'], refuse: ['./*', '../*', 'node:*', 'ws', 'svelte', '**/shared/**'] },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.svelte'],
    refuse: ['electron', 'electron/*', 'node:*', 'ws', '**/electron/**', '**/e2e/**'],
  },
  { files: ['e2e/**/*.ts'], refuse: ['**/electron/**', '**/renderer/**', '**/shared/**'] },
];

const plainNames = [
  'error',
  { selector: 'ExportDefaultDeclaration', message: 'No default exports: one name for each thing.' },
  { selector: 'TSEnumDeclaration', message: 'No enums: use a union of strings.' },
];
const transportName = {
  selector:
    "BinaryExpression[operator=/^[!=]==$/]:has(Literal[value=/^(tcp|tls|udp|unix)$/]):has(Identifier[name='transport'])",
  message: 'Ask what the transport can (shared/settings/transports.ts), not which it is.',
};

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'node_modules/', 'test-results/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.node } } },
  {
    files: ['renderer/**'],
    languageOptions: { globals: { ...globals.browser } },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    rules: {
      // The compiler finds unknown names, and knows the types of globals better.
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      'no-restricted-syntax': plainNames,
      eqeqeq: 'error',
    },
  },
  {
    files: ['electron/**/*.ts', 'bench/**/*.ts'],
    ignores: ['electron/preload.ts'],
    plugins: { n },
    rules: {
      'n/prefer-node-protocol': 'error',
      'n/no-unsupported-features/node-builtins': [
        'error',
        // zlib.crc32: in Node 20 since 20.15.
        { version: '>=20.19.0', allowExperimental: true, ignores: ['zlib.crc32'] },
      ],
    },
  },
  ...borders.map(({ files, ignores = [], refuse }) => ({
    files,
    ignores,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: refuse, message: 'This folder may not import that one (docs/ARCHITECTURE.md).' },
          ],
        },
      ],
    },
  })),
  {
    // Every transport has a room of its own in the engine, where it is known.
    files: ['shared/**/*.ts', 'electron/**/*.ts', 'renderer/**/*.ts', 'renderer/**/*.svelte'],
    ignores: ['**/*.test.ts', 'electron/engine/{stream,datagram}/**'],
    rules: { 'no-restricted-syntax': [...plainNames, transportName] },
  },
  {
    // Configuration files are read by tools that ask for a default export.
    files: ['**/*.config.ts', '**/*.config.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
