/** How a picture looks, in the colours of the window. */
import { fontSize } from '../../../../shared/diagram/drawing.ts';

type Colours = Record<'bg' | 'text' | 'muted' | 'life' | 'sent' | 'received' | 'event' | 'failure', string>;
/** Plain values: programs that draw know no variables. */
const coloured = (colours: Colours): string =>
  [
    `.bg{fill:${colours.bg}}`,
    `text{fill:${colours.text};stroke:${colours.bg}}`,
    `.muted,.time,.after{fill:${colours.muted}}`,
    `.life,.away{stroke:${colours.life}}`,
    ...(['sent', 'received', 'event', 'failure'] as const).map(
      (look) => `.${look} .line{stroke:${colours[look]}}.${look} .fill{fill:${colours[look]}}`,
    ),
    `.event .label{fill:${colours.event}}.failure .label{fill:${colours.failure}}`,
  ].join('');
const light: Colours = {
  ...{ bg: '#f4f6f8', text: '#1b232d', muted: '#4f5c6b', life: '#a9b4c0' },
  ...{ sent: '#8f5500', received: '#0a7050', event: '#6040cc', failure: '#b92828' },
};
const dark: Colours = {
  ...{ bg: '#0f1216', text: '#dfe5ec', muted: '#98a4b2', life: '#4a5664' },
  ...{ sent: '#f2b44c', received: '#4fd1a5', event: '#a893ff', failure: '#ff7575' },
};
export const pictureStyle = [
  `text{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:${fontSize}px;white-space:pre;unicode-bidi:isolate;paint-order:stroke;stroke-width:3px;stroke-linejoin:round}`,
  '.name{font-weight:600;text-anchor:middle}.middle{text-anchor:middle}.end,.after{text-anchor:end}',
  'path{fill:none}.line{stroke-width:1.3px}.dash{stroke-dasharray:4 3}.sign{stroke-width:1.6px}.away{stroke-dasharray:1 5}',
  coloured(light),
  `@media(prefers-color-scheme:dark){${coloured(dark)}}`,
].join('\n');
