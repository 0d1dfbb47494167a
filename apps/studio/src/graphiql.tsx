import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';

const EXAMPLE = `# The whole API of Heddle.
# You are who you are signed in as in Studio.
# An API key may be given under Headers instead:
#   { "authorization": "Bearer hdl_key_…" }
{
  me {
    name
    namespaces { name role }
  }
  workflows(namespace: "demo") {
    nodes { id name publishedVersion }
  }
}
`;

/** Sends the header that the server asks of requests with a cookie, so that foreign pages cannot act for the user. */
const fetcher: React.ComponentProps<typeof GraphiQL>['fetcher'] = async (operation, options) => {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-heddle-request': '1', ...options?.headers },
    body: JSON.stringify(operation),
  });
  return response.json() as Promise<never>;
};

createRoot(document.getElementById('graphiql')!).render(
  <StrictMode>
    <GraphiQL fetcher={fetcher} defaultQuery={EXAMPLE} />
  </StrictMode>,
);
