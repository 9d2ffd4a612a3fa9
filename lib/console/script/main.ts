import { chartTooltips, sortableTables } from './charts.ts';
import { keyboardShortcuts } from './keyboard.ts';
import { liveUpdates } from './live.ts';

import { fileUploads } from './upload.ts';

document.documentElement.classList.add('scripted');
// Charts are drawn on the server: from now on for this window's width.
// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
document.cookie = `width=${window.innerWidth}; Path=/console; Max-Age=31536000; SameSite=Lax`;
keyboardShortcuts();
chartTooltips();
sortableTables();
liveUpdates();
fileUploads();
