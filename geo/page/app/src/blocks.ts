/** The data blocks of the page: gzip in base64, unpacked by the browser itself. */

export async function unpack(id: string): Promise<ArrayBuffer | null> {
  const block = document.getElementById(id);
  if (!block) return null;
  const letters = atob(block.textContent ?? "");
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

export async function unpackJson<T>(id: string): Promise<T> {
  const buffer = await unpack(id);
  if (!buffer) throw new Error(`the page has no block ${id}`);
  return JSON.parse(new TextDecoder().decode(buffer)) as T;
}

export function configuration<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as T;
}
