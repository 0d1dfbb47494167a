import { HeddleApi } from '@heddle/api-client';

/** Options that every command has. */
export interface GlobalOptions {
  url: string;
  namespace: string;
  /** Print JSON for programs instead of text for people. */
  json?: boolean;
}

/** What a command works with. */
export interface Session {
  api: HeddleApi;
  url: string;
  namespace: string;
  isJson: boolean;
  /** Prints `value` as JSON, or the text for people. */
  print(value: unknown, text: string): void;
}

/** The session for the options given; the API key comes from the environment only, so that it is in no shell history. */
export function openSession(options: GlobalOptions): Session {
  const isJson = options.json === true;
  return {
    api: new HeddleApi({ url: options.url, apiKey: process.env.HEDDLE_API_KEY ?? '' }),
    url: options.url,
    namespace: options.namespace,
    isJson,
    print: (value, text) => process.stdout.write(`${isJson ? JSON.stringify(value) : text}\n`),
  };
}
