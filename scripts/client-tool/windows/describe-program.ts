// What Windows shows of a program: its icon, name and version in the file's properties and in its warnings, and the manifest
// that keeps coordinates in real pixels.
import { readFileSync } from "node:fs";
import path from "node:path";
import { Data, NtExecutable, NtExecutableResource, Resource } from "resedit";
import { projectRoot } from "../../setup/project.mjs";

const LANGUAGE_ENGLISH_US = 1033;
const CODEPAGE_UNICODE = 1200;
const MANIFEST_TYPE = 24;
const MANIFEST_ID = 1;
const IMAGE_SUBSYSTEM_WINDOWS_GUI = 2;

/**
 * @param program the executable, whose own signature (Node's) is lost: it would be wrong
 * @returns the changed executable, without a console window of its own
 */
export function describeProgram(program: Buffer, version: string): Buffer {
  const executable = NtExecutable.from(program, { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);

  const [info] = Resource.VersionInfo.fromEntries(resources.entries);
  if (!info) throw new Error("Node's executable has no version resource.");
  info.setFileVersion(`${version}.0`, LANGUAGE_ENGLISH_US);
  info.setProductVersion(`${version}.0`, LANGUAGE_ENGLISH_US);
  info.setStringValues(
    { lang: LANGUAGE_ENGLISH_US, codepage: CODEPAGE_UNICODE },
    {
      ProductName: "Madoguchi",
      FileDescription: "Madoguchi Client Tool",
      CompanyName: "Madoguchi",
      InternalName: "madoguchi",
      OriginalFilename: "madoguchi.exe",
      LegalCopyright: "Apache-2.0",
    },
  );
  info.outputToResourceEntries(resources.entries);

  const icon = Data.IconFile.from(
    readFileSync(path.join(projectRoot, "scripts/client-tool/windows/madoguchi.ico")),
  );
  const [group] = Resource.IconGroupEntry.fromEntries(resources.entries);
  Resource.IconGroupEntry.replaceIconsForResource(
    resources.entries,
    group?.id ?? 1,
    group?.lang ?? LANGUAGE_ENGLISH_US,
    icon.icons.map(({ data }) => data),
  );

  resources.replaceResourceEntry({
    type: MANIFEST_TYPE,
    id: MANIFEST_ID,
    lang: LANGUAGE_ENGLISH_US,
    codepage: CODEPAGE_UNICODE,
    bin: new TextEncoder().encode(
      readFileSync(path.join(projectRoot, "scripts/client-tool/windows/madoguchi.exe.manifest"), "utf8"),
    ).buffer,
  });

  resources.outputResource(executable);
  executable.newHeader.optionalHeader.subsystem = IMAGE_SUBSYSTEM_WINDOWS_GUI;
  return Buffer.from(executable.generate());
}
