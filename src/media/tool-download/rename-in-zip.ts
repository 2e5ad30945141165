/**
 * Gives the first folder of every entry of a ZIP archive another name, and leaves all else, above all the bytes of the files, as
 * it is (PKWARE APPNOTE 6.3.10, 4.3). It is for archives that `npm run release` makes: no ZIP64, no data descriptors, no
 * encryption, no comment.
 */

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/** @throws Error when the archive is not one of ours */
export async function renameInZip(archive: Blob, folder: string): Promise<Blob> {
  const end = await viewOf(archive, archive.size - END_BYTES, END_BYTES);
  if (end.getUint32(0, true) !== END_RECORD) throw new Error("This is no ZIP archive of ours.");
  const count = end.getUint16(10, true);
  const centralStart = end.getUint32(16, true);
  const central = await viewOf(archive, centralStart, end.getUint32(12, true));

  const bodies: BlobPart[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let readAt = 0;
  let writtenBytes = 0;
  for (let entry = 0; entry < count; entry++) {
    if (central.getUint32(readAt, true) !== CENTRAL_HEADER) throw new Error("The archive's list is damaged.");
    const nameBytes = central.getUint16(readAt + 28, true);
    const extraBytes = central.getUint16(readAt + 30, true);
    const name = renamed(bytesOf(central, readAt + CENTRAL_BYTES, nameBytes), folder);
    const localStart = central.getUint32(readAt + 42, true);
    const dataBytes = central.getUint32(readAt + 20, true);

    const local = await viewOf(archive, localStart, LOCAL_BYTES);
    if (local.getUint32(0, true) !== LOCAL_HEADER) throw new Error("An entry of the archive is damaged.");
    const dataStart = localStart + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
    const localHeader = bytesOf(local, 0, LOCAL_BYTES).slice();
    new DataView(localHeader.buffer).setUint16(26, name.length, true);
    new DataView(localHeader.buffer).setUint16(28, 0, true);
    bodies.push(localHeader, name, archive.slice(dataStart, dataStart + dataBytes));

    const centralHeader = bytesOf(central, readAt, CENTRAL_BYTES).slice();
    const header = new DataView(centralHeader.buffer);
    header.setUint16(28, name.length, true);
    header.setUint16(30, 0, true);
    header.setUint32(42, writtenBytes, true);
    directory.push(centralHeader, name);
    writtenBytes += LOCAL_BYTES + name.length + dataBytes;
    readAt += CENTRAL_BYTES + nameBytes + extraBytes + central.getUint16(readAt + 32, true);
  }
  const endRecord = bytesOf(end, 0, END_BYTES).slice();
  const record = new DataView(endRecord.buffer);
  record.setUint32(
    12,
    directory.reduce((sum, part) => sum + part.length, 0),
    true,
  );
  record.setUint32(16, writtenBytes, true);
  return new Blob([...bodies, ...directory, endRecord], { type: "application/zip" });
}

function renamed(name: Uint8Array, folder: string): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(name);
  return new TextEncoder().encode(text.replace(/^[^/]*/, folder));
}

async function viewOf(archive: Blob, start: number, length: number): Promise<DataView<ArrayBuffer>> {
  if (start < 0 || start + length > archive.size) throw new Error("The archive is shorter than it says.");
  return new DataView(await archive.slice(start, start + length).arrayBuffer());
}

function bytesOf(view: DataView<ArrayBuffer>, start: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset + start, length);
}
