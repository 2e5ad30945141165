import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSelfSignedCertificate } from "@/lib/self-signed-certificate";

/** A certificate for 127.0.0.1 in files of its own. */
export class TestCertificate {
  readonly folder: string;
  /** What clients trust: the certificate that was written last. */
  pem: string;

  private constructor(folder: string, pem: string) {
    this.folder = folder;
    this.pem = pem;
  }

  static async make(): Promise<TestCertificate> {
    const made = new TestCertificate(await mkdtemp(join(tmpdir(), "madoguchi-certificate-")), "");
    await made.renew();
    return made;
  }

  get certificateFile(): string {
    return join(this.folder, "cert.pem");
  }

  get keyFile(): string {
    return join(this.folder, "key.pem");
  }

  /** The relay's environment for it. */
  get environment(): Record<string, string> {
    return { RELAY_TLS_CERT_FILE: this.certificateFile, RELAY_TLS_KEY_FILE: this.keyFile };
  }

  /** Puts another certificate in its place, as tools that renew certificates do. */
  async renew(): Promise<void> {
    const { certificate, key } = await makeSelfSignedCertificate(["127.0.0.1", "localhost"], 30);
    await this.write({ certificate, key });
    this.pem = certificate;
  }

  async write(content: { certificate: string; key: string }): Promise<void> {
    for (const [file, text] of [
      [this.keyFile, content.key],
      [this.certificateFile, content.certificate],
    ] as const) {
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
