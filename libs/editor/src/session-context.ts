import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { DocumentState } from './document/document-store.js';
import type { ViewState } from './document/view-store.js';
import type { EditorSession } from './session.js';

const SessionContext = createContext<EditorSession | null>(null);
/** Gives the session to the parts of one editor. */
export const SessionProvider = SessionContext.Provider;

/** The session of the editor around. */
export function useSession(): EditorSession {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs an editor around it.');
  return session;
}

/** A part of the document's state. */
export function useDocument<T>(selector: (state: DocumentState) => T): T {
  return useStore(useSession().document.state, selector);
}

/** A part of the view's state. */
export function useView<T>(selector: (state: ViewState) => T): T {
  return useStore(useSession().view, selector);
}
