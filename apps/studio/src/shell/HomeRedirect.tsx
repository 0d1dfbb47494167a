import { ErrorState, LoadingState } from '@heddle/ui';
import { Navigate } from '@tanstack/react-router';
import { homeNamespace, useMe } from '../session.js';
import { NoNamespace } from './NoNamespace.js';

/** Sends a visitor to sign-in, or to the workflows of the last namespace. */
export function HomeRedirect() {
  const me = useMe();
  if (me.isPending) return <LoadingState />;
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  if (!me.data.me) return <Navigate to="/sign-in" replace />;
  const namespace = homeNamespace(me.data.me.namespaces);
  if (!namespace) return <NoNamespace />;
  return <Navigate to="/n/$namespace/workflows" params={{ namespace: namespace.name }} replace />;
}
