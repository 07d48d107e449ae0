/** How a report looks, in the colours of the window. */
const light =
  '--bg:#f4f6f8;--panel:#fff;--line:#dde3ea;--text:#1b232d;--muted:#4f5c6b;--accent:#145fc0;--sent:#8f5500;--received:#0a7050;--error:#b92828;--event:#6040cc;color-scheme:light';
const dark =
  '--bg:#0f1216;--panel:#14181e;--line:#262e38;--text:#dfe5ec;--muted:#98a4b2;--accent:#5aa9ff;--sent:#f2b44c;--received:#4fd1a5;--error:#ff7575;--event:#a893ff;color-scheme:dark';

const rules = [
  `:root{${light}}`,
  `@media(prefers-color-scheme:dark){:root{${dark}}}`,
  '*{box-sizing:border-box}',
  'body{max-width:1000px;margin:0 auto;padding:16px;background:var(--bg);color:var(--text);font:13px/1.5 system-ui,sans-serif}',
  'header{margin-bottom:16px;padding-bottom:12px;border:solid var(--line);border-width:0 0 1px;color:var(--muted)}',
  'h1{margin:0 0 6px;color:var(--text);font-size:15px;font-weight:600}',
  'p{margin:0;overflow-wrap:anywhere}',
  // Records out of sight cost nothing to lay out.
  'article{margin:0 48px 8px 0;padding:6px 10px;border:solid var(--line);border-width:1px 1px 1px 3px;border-left-color:var(--own);border-radius:6px;background:var(--panel);content-visibility:auto;contain-intrinsic-size:auto 60px}',
  '.sent{--own:var(--sent);margin:0 0 8px 48px}',
  '.received{--own:var(--received)}',
  '.event{--own:var(--event);margin:0 48px 8px;padding:3px 10px;border-color:transparent;border-left-color:var(--own);background:none}',
  '.failure{--own:var(--error);margin:0 48px 8px}',
  'article>div{display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline;color:var(--muted);font-size:11px;font-variant-numeric:tabular-nums}',
  'b{color:var(--own);font-weight:600}',
  'time{margin-left:auto}',
  'a{color:inherit}a:hover,:target>div>a{color:var(--accent)}',
  'em{color:var(--error)}',
  'pre{margin:4px 0 0;font:12px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}',
  'i{color:var(--event);font-style:normal;font-size:.85em}',
  'u{color:var(--error);text-decoration:none;border-bottom:1px dashed}',
  '.note{margin-top:4px;color:var(--accent)}',
  '.decoded{margin-top:4px;color:var(--muted);font-size:12px}',
  '@media print{body{max-width:none}article{break-inside:avoid}}',
  '@media(max-width:600px){article,.sent,.event,.failure{margin-left:0;margin-right:0}}',
];
export const reportStyle = rules.join('\n');
