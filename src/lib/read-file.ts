/**
 * A file's bytes in base64, as the API takes files.
 *
 * @throws DOMException when the file cannot be read (any more)
 */
export function readFileAsBase64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new DOMException("The file cannot be read"));
    // `data:<type>;base64,<content>`
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.readAsDataURL(file);
  });
}
