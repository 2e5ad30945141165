import { randomFillSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileExchange, hashOf } from "../actors/file-exchange";
import { expectClean } from "../fixtures/expect-clean";
import { descendantsOf } from "../fixtures/processes";
import { expect, test } from "../fixtures/test";

/** Four blocks, of which a receiver whose disk is held has taken two. */
const LARGE_BYTES = 4_000_000;
const HALF_PERCENT = 45;
/** More than is under way between two sides, and never sent to its end. */
const HUGE_BYTES = 8_000_000;
const QUARTER_PERCENT = 20;
const SMALL_FILES = 300;

function inMemory(name: string, content: string | Buffer) {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

test("files go both ways, over a cut, and nowhere but where their receiver wants them", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  test.setTimeout(120_000);
  const operator = await openOperator();
  const { customer } = await openTabCustomer();
  const [ours, theirs] = [
    await FileExchange.withDownloads(operator.page),
    await FileExchange.withFolder(customer.page),
  ];
  const disk = await mkdtemp(join(tmpdir(), "madoguchi-files-"));
  const large = randomFillSync(Buffer.alloc(LARGE_BYTES));
  await writeFile(join(disk, "large.bin"), large);
  await writeFile(join(disk, "middle.bin"), large);
  await writeFile(join(disk, "huge.bin"), Buffer.alloc(HUGE_BYTES));
  try {
    await operator.signIn();
    await customer.enter(await operator.issueReceptionNumber());
    await operator.accept();
    await customer.agree();
    await customer.comeBack();
    await operator.expectRemoteScreenPlaying();

    await test.step("asked for and allowed", async () => {
      await operator.page.getByRole("button", { name: "Files", exact: true }).click();
      await operator.page.getByRole("button", { name: "Request files" }).click();
      await customer.page.getByRole("button", { name: "Allow files" }).click();
      await expect(operator.page.getByRole("button", { name: "Send files" })).toBeVisible();
    });

    await test.step("nothing, a byte, and names that mean no good", async () => {
      const names = ["empty", "one", "../../x", "CON", "a\u202Etxt.exe", `${"窓".repeat(100)}.txt`, "one"];
      const contents = names.map((_, at) => Buffer.alloc(at, 65 + at));
      await ours.send(names.map((name, at) => inMemory(name, contents[at] ?? "")));
      await expect(theirs.offer).toContainText("wants to send you 7 files");
      await expect(theirs.offer).toContainText("One of these files is a program");
      await expectClean(customer.page, "an offer");
      await theirs.save();
      await ours.expectNewest("Sent and checked");
      const expected = ["empty", "one", "x", "_CON", "atxt.exe", `${"窓".repeat(78)}.txt`, "one (2)"];
      expect(await theirs.saved()).toEqual(
        new Map(expected.map((name, at) => [name, hashOf(contents[at] ?? Buffer.alloc(0))])),
      );
    });

    await test.step(`a folder with ${SMALL_FILES} small files`, async () => {
      const folder = join(disk, "photos", "deep");
      await mkdir(folder, { recursive: true });
      const contents = Array.from({ length: SMALL_FILES }, (_, at) => Buffer.from(`photo ${at}`));
      await Promise.all(contents.map((content, at) => writeFile(join(folder, `${at}.jpg`), content)));
      await ours.sendFolder(join(disk, "photos"));
      await expect(theirs.offer).toContainText(`${SMALL_FILES} files`);
      await theirs.save();
      await ours.expectNewest("Sent and checked");
      const saved = await theirs.saved("photos");
      expect(contents.map((_, at) => saved.get(`photos/deep/${at}.jpg`))).toEqual(contents.map(hashOf));
    });

    await test.step("empty folders, dropped on one side and picked on the other", async () => {
      const folder = join(disk, "project");
      await mkdir(join(folder, "src"), { recursive: true });
      await mkdir(join(folder, "CON"));
      await writeFile(join(folder, "src", "main.ts"), "main");
      await ours.drop(folder);
      await expect(theirs.offer).toContainText("1 file and 1 empty folder");
      await theirs.save();
      await ours.expectNewest("Sent and checked");
      const names = [...(await theirs.saved("project")).keys()];
      expect(names.sort()).toEqual(["project/_CON/", "project/src/main.ts"]);
      await theirs.sendPickedFolder("plans");
      await expect(ours.offer).toContainText("1 file and 1 empty folder");
      const { name, bytes } = await ours.download(() => ours.save());
      expect(name).toBe("plans.zip");
      expect(bytes.includes("plans/nothing/")).toBe(true);
    });

    await test.step("two of one name at the same time, into one folder", async () => {
      const contents = [randomFillSync(Buffer.alloc(3_000_000)), randomFillSync(Buffer.alloc(1_000))];
      for (const content of contents) await ours.send([inMemory("twin", content)]);
      for (const _ of contents) await theirs.save();
      const twins = async () => {
        const saved = await theirs.saved("twin");
        return [saved.get("twin"), saved.get("twin (2)")];
      };
      await expect.poll(twins).toEqual(contents.map(hashOf));
    });

    await test.step("a large one to the operator, with a cut in the middle", async () => {
      await theirs.send(join(disk, "large.bin"));
      await expect(ours.offer).toContainText("The customer wants to send you 1 file (4.0 MB)");
      const { name, bytes } = await ours.download(async () => {
        await ours.holdDisk();
        await ours.save();
        const before = await ours.percentFrom(HALF_PERCENT);
        const progress = await ours.recordProgress();
        const workers = descendantsOf(stack.starterPid).filter(({ command }) =>
          command.includes("mediasoup-worker"),
        );
        expect(workers.length).toBeGreaterThan(0);
        for (const { pid } of workers) process.kill(pid, "SIGKILL");
        await ours.expectNewest("Interrupted");
        await ours.expectNewest("Being transferred");
        expect((await progress()).at(-1)).toBeLessThan(100);
        await ours.letDiskGo();
        await ours.expectNewest("Received and checked");
        // It went on; nothing of it was sent again.
        expect(Math.min(...(await progress()))).toBeGreaterThanOrEqual(before);
      });
      expect(name).toBe("large.bin");
      expect(hashOf(bytes)).toEqual(hashOf(large));
      await theirs.expectNewest("Sent and checked");
    });

    await test.step("taken back in the middle, and given again", async () => {
      await theirs.holdDisk();
      await ours.send(join(disk, "middle.bin"));
      await theirs.save();
      await theirs.percentFrom(HALF_PERCENT);
      const allowed = customer.page.getByRole("switch", { name: "Exchange files" });
      await allowed.click();
      await ours.expectNewest("Paused");
      await allowed.click();
      await theirs.letDiskGo();
      await ours.expectNewest("Sent and checked");
      expect((await theirs.saved("middle")).get("middle.bin")).toEqual(hashOf(large));
    });

    await test.step("declined, and cancelled by either side", async () => {
      await ours.send([inMemory("unwanted", "x")]);
      await theirs.offer.getByRole("button", { name: "Decline" }).click();
      await ours.expectNewest("Declined");
      for (const [by, other] of [
        [ours, theirs],
        [theirs, ours],
      ] as const) {
        await theirs.holdDisk();
        await ours.send(join(disk, "huge.bin"));
        await theirs.save();
        await theirs.percentFrom(QUARTER_PERCENT);
        await by.newest.getByRole("button", { name: "Cancel" }).click();
        await by.expectNewest("Cancelled by you");
        // What is said to a receiver waits behind what its disk has not taken.
        await theirs.letDiskGo();
        await other.expectNewest(/Cancelled by (?!you)/);
      }
      // What was not complete leaves nothing behind as soon as the disk has got to it.
      const left = async () => [
        ...(await theirs.saved("huge")).keys(),
        ...(await theirs.saved("unwanted")).keys(),
      ];
      await expect.poll(left).toEqual([]);
    });

    await test.step("several are downloaded as one archive where there is no folder", async () => {
      await theirs.send([inMemory("a.txt", "a"), inMemory("b.txt", "bb")]);
      const { name, bytes } = await ours.download(() => ours.save());
      expect(name).toBe("files.zip");
      expect(bytes.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
      expect(bytes.includes("a.txt") && bytes.includes("b.txtbb")).toBe(true);
      await customer.page.setViewportSize({ width: 390, height: 844 });
      await expectClean(customer.page, "files on a phone");
      await expectClean(operator.page, "files in the console");
    });
    await test.step("the receiver's page loaded again in the middle: it goes on after what is there", async () => {
      await writeFile(join(disk, "a-note"), "first");
      await theirs.holdDisk();
      await ours.send([join(disk, "a-note"), join(disk, "large.bin")]);
      await theirs.save();
      await expect.poll(async () => (await theirs.saved("a-note")).get("a-note")?.size).toBe(5);
      // Something of the other one has to come afterwards for the first one to be remembered.
      await theirs.letDiskTakeOne();
      await theirs.expectRemembered(1);
      customer.page.on("dialog", (dialog) => void dialog.accept());
      await customer.page.reload();
      await customer.page.getByRole("button", { name: "Share again" }).click();
      await expect(customer.stopButton).toBeVisible();
      await customer.comeBack();
      await expect(theirs.offer).toContainText("1 of 2 are stored already");
      await ours.expectNewest("was loaded again");
      await theirs.offer.getByRole("button", { name: "Go on saving" }).click();
      await ours.expectNewest("Sent and checked");
      expect([...(await theirs.saved("a-note"))]).toEqual([["a-note", hashOf(Buffer.from("first"))]]);
      expect([...(await theirs.saved("large"))]).toEqual([["large.bin", hashOf(large)]]);
    });
    await customer.stop();
  } finally {
    await rm(disk, { recursive: true, force: true });
  }
});
