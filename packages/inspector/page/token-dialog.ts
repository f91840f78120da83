import type { Api } from './api.js';
import { byId } from './dom.js';

/** The dialog for the token of the server. Returns the way to open it. `given`: there is another one now. */
export function tokenDialog(api: Api, given: () => void): () => void {
  const dialog = byId<HTMLDialogElement>('token-dialog');
  byId<HTMLFormElement>('token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    api.useToken(byId<HTMLInputElement>('token').value.trim());
    dialog.close();
    given();
  });
  return () => {
    if (!dialog.open) dialog.showModal();
  };
}
