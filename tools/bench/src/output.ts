/** Bytes of JSON text that every job of every benchmark returns. */
export const OUTPUT_BYTES = 1_000;

/** What a job returns: an object whose JSON text has {@link OUTPUT_BYTES} bytes. */
export const OUTPUT = { data: 'x'.repeat(OUTPUT_BYTES - '{"data":""}'.length) };
