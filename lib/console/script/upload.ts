import { sendFile, type UploadTicket } from './send-file.ts';

const HEAD_BYTES = 256 * 1024;

/** The imports page: read a file's beginning, show what becomes of it, send it up. */
export function fileUploads(): void {
  const box = document.querySelector<HTMLElement>('[data-import]');
  const drop = box?.querySelector<HTMLElement>('.drop');
  const input = box?.querySelector<HTMLInputElement>('input[type=file]');
  if (!box || !drop || !input) return;
  const chosen = (file: File | undefined) => file && handleFile(box, file);
  input.addEventListener('change', () => chosen(input.files?.[0]));
  drop.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    chosen(event.dataTransfer?.files[0]);
  });
}

async function handleFile(box: HTMLElement, file: File): Promise<void> {
  const preview = box.querySelector<HTMLElement>('[data-preview]');
  const status = box.querySelector<HTMLElement>('.chosen');
  if (preview === null || status === null) return;
  const messages = box.dataset;
  status.textContent = `${file.name} · ${messages['reading']}`;
  const head = base64(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  let source = '';

  const ask = <T extends object>(path: string, body: unknown) =>
    post<T>(box, `/console/imports/${path}`, body);
  const fields = () => {
    const inputs = preview.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[name]');
    return Object.fromEntries([...inputs].map(({ name, value }) => [name, value]));
  };
  async function show(withFields: Record<string, string>): Promise<void> {
    const focused = (document.activeElement as HTMLInputElement | null)?.name;
    const answer = await ask<{ html: string; source: string }>('preview.json', {
      filename: file.name,
      head,
      fields: withFields,
    });
    status!.textContent = `${file.name} · ${(file.size / 1_048_576).toFixed(1)} MB`;
    if (typeof answer === 'string') return showError(preview!, answer);
    source = answer.source;
    // Our own page, written by the server.
    preview!.innerHTML = answer.html;
    if (focused) preview!.querySelector<HTMLElement>(`[name="${CSS.escape(focused)}"]`)?.focus();
  }

  preview.onchange = (event) => {
    if ((event.target as HTMLElement).matches('[data-again]')) show(fields());
  };
  preview.onclick = async (event) => {
    const target = event.target as HTMLElement;
    if (target.matches('[data-save]')) {
      const { name = '', ...own } = fields();
      const saved = await ask<{ source: string }>('mapping.json', { name, fields: own });
      if (typeof saved === 'string') return showError(preview, saved);
      await show({ source: saved.source });
    } else if (target.matches('[data-send]')) {
      (target as HTMLButtonElement).disabled = true;
      await send();
    }
  };

  async function send(): Promise<void> {
    const sending = box.querySelector<HTMLElement>('[data-sending]');
    const progress = sending?.querySelector('progress');
    const label = sending?.querySelector<HTMLElement>('.sending');
    if (!sending || !progress || !label) return;
    sending.hidden = false;
    label.textContent = messages['uploading'] ?? '';
    try {
      const ticket = await ask<UploadTicket>('announce.json', {
        source: source === 'none' ? 'ndjson' : source,
        filename: file.name,
        size: file.size,
      });
      if (typeof ticket === 'string') throw new Error(ticket);
      const renew = async () => {
        const fresh = await ask<UploadTicket>(`${ticket.importId}.upload.json`, {});
        if (typeof fresh === 'string') throw new Error(fresh);
        return fresh;
      };
      const parts = await sendFile(file, ticket, renew, (share) => {
        progress.value = share;
        label.textContent = `${messages['uploading']} ${Math.floor(share * 100)}%`;
      });
      if (parts !== undefined) {
        const done = await ask(`${ticket.importId}.complete.json`, { parts });
        if (typeof done === 'string') throw new Error(done);
      }
      location.href = `/console/imports/${ticket.importId}`;
    } catch (error) {
      sending.hidden = true;
      showError(preview!, `${messages['failed']} ${error instanceof Error ? error.message : ''}`);
      const again = preview!.querySelector<HTMLButtonElement>('[data-send]');
      if (again) again.disabled = false;
    }
  }

  await show({});
}

/** @returns the answer, or why there is none */
async function post<T extends object>(box: HTMLElement, path: string, body: unknown): Promise<T | string> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-form': box.dataset['form'] ?? '' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as T & { detail?: string };
    return response.ok ? answer : (answer.detail ?? response.statusText);
  } catch {
    return box.dataset['failed'] ?? '';
  }
}

function showError(preview: HTMLElement, text: string): void {
  preview.querySelector('.error.reported')?.remove();
  const alert = document.createElement('p');
  alert.className = 'error reported';
  alert.setAttribute('role', 'alert');
  alert.textContent = text;
  preview.append(alert);
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8_192) text += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  return btoa(text);
}
