/** The data blocks of the page: gzip in base64, unpacked by the browser itself. */

/** Most blocks stand behind the script, so that the page begins before the last of them is read. */
const isRead = new Promise<void>((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", () => done(), { once: true });
});

export async function unpack(id: string): Promise<ArrayBuffer | null> {
  // One with nothing behind it may not be read to its end.
  if (!document.getElementById(id)?.nextElementSibling) await isRead;
  const block = document.getElementById(id);
  if (!block) return null;
  const letters = atob(block.textContent ?? "");
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  // A blob's stream would take the bytes through another process.
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // What fails here fails below too, where somebody hears of it.
  void writer.write(bytes).catch(() => {});
  void writer.close().catch(() => {});
  return new Response(readable).arrayBuffer();
}

export async function unpackJson<T>(id: string): Promise<T> {
  const buffer = await unpack(id);
  if (!buffer) throw new Error(`the page has no block ${id}`);
  return JSON.parse(new TextDecoder().decode(buffer)) as T;
}

export function configuration<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as T;
}
