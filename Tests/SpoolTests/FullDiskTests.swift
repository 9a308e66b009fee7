import Foundation
import Glibc
import Ledger
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

@Suite("A disk that is full") struct FullDiskTests {
  @Test("Errors that pass are waited out, told once, and others are not")
  func holding() throws {
    let log = RecordedLog()
    let tasks = HeldTasks(log: log.logger)
    var attempts = 0
    let answer = try tasks.retry("writing", until: WakeUp()) {
      attempts += 1
      if attempts < 3 { throw SystemCallError("write", on: "x", .noSpace) }
      return attempts
    }
    #expect(answer == 3)
    #expect(log.count(of: "held up") == 1)
    #expect(log.count(of: "no longer held up") == 1)
    #expect(!tasks.isHolding)
  }

  @Test("A failed fsync is never tried again, whatever it says", arguments: ["fsync", "fdatasync", "syncfs"])
  func failedSync(call: String) throws {
    #expect(!HeldTasks.passes(SystemCallError(call, on: "x", .noSpace)))
    #expect(HeldTasks.passes(SystemCallError("write", on: "x", .noSpace)))
    #expect(HeldTasks.passes(SystemCallError("write", on: "x", .fileTooLarge)))
    #expect(!HeldTasks.passes(SystemCallError("write", on: "x", .ioError)))
  }

  @Test("A start that meets trouble that passes is no matter of configuration")
  func startsLater() {
    for reason in [Errno.noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .tooManyOpenFiles, .noMemory] {
      #expect(SpoolError(SystemCallError("openat", on: "x", reason)).cause == .failed)
    }
  }

  @Test("Waiting ends when the program does")
  func interrupted() throws {
    let stop = try WakeUp()
    stop.ring()
    let tasks = HeldTasks(log: RecordedLog().logger)
    #expect(throws: HeldTasks.Interrupted.self) {
      try tasks.retry("writing", until: stop) {
        throw SystemCallError("write", on: "x", .diskQuotaExceeded)
      }
    }
    #expect(tasks.text?.hasPrefix("held up: writing: ") == true)
  }

  @Test("While work is held up, a file that is dropped waits and keeps no processor busy")
  func quiet() throws {
    let spool = try TestSpool()
    spool.options.endsWhenEmpty = false
    let opened = try spool.open()
    var source = opened.makeSource(stop: try WakeUp())
    var chunk = Chunk()
    // The first scan, which watches the inbox.
    _ = try source.fill(&chunk, upTo: ChunkLimit(lines: 10), patience: .milliseconds(10))
    opened.context.heldTasks.hold("publishing", SystemCallError("renameat2", on: "out", .noSpace))
    try spool.write("uno\n", to: "inbox/a.txt")
    let before = Self.processorSeconds
    _ = try source.fill(&chunk, upTo: ChunkLimit(lines: 10), patience: .milliseconds(500))
    #expect(Self.processorSeconds - before < 0.1)
    #expect(try spool.names(in: "inbox") == ["a.txt"])
  }

  /// The processor time of this thread.
  private static var processorSeconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test("A part that did not fit is as it was before")
  func cutBack() throws {
    let disk = try SmallDisk.mounted()
    let work = try Directory(disk.root)
    var part = PartFile("part", in: work)
    try part.append(Array("uno\n".utf8).span)
    let big = [UInt8](repeating: 0x61, count: SmallDisk.size)
    #expect(throws: SystemCallError.self) { try part.append(big.span) }
    #expect(part.length == 4)
    #expect(try work.status(of: "part")?.size == 4)
    try part.append(Array("dos\n".utf8).span)
    #expect(try work.status(of: "part")?.size == 8)
  }

  @Test("A part that did not fit and could not be cut back is cut back before anything else is appended")
  func cutBackLater() throws {
    let disk = try SmallDisk.mounted()
    let work = try Directory(disk.root)
    var part = PartFile("part", in: work)
    try part.append(Array("uno\n".utf8).span)
    guard try setAppendOnly(true, "part", in: work) else {
      try Test.cancel("this file system cannot forbid to cut files back")
    }
    let big = [UInt8](repeating: 0x61, count: SmallDisk.size)
    #expect(throws: SystemCallError("write", on: "\(disk.root)/part", .noSpace)) { try part.append(big.span) }
    #expect(part.length == 4)
    #expect(try work.status(of: "part")?.size ?? 0 > 4)
    #expect(throws: SystemCallError.self) { try part.append(Array("dos\n".utf8).span) }
    _ = try setAppendOnly(false, "part", in: work)
    try part.append(Array("dos\n".utf8).span)
    part.close()
    #expect(FileManager.default.contents(atPath: "\(disk.root)/part") == Data("uno\ndos\n".utf8))
  }

  /// Lets a file only grow, or not (`chattr +a`): then ftruncate(2) fails with EPERM.
  ///
  /// - Returns: whether the file system can do so.
  private func setAppendOnly(_ isSet: Bool, _ name: FileName, in folder: Directory) throws -> Bool {
    let file = try folder.open(name)
    defer { try? file.close() }
    // FS_IOC_SETFLAGS, FS_APPEND_FL: linux/fs.h, ioctl_iflags(2)
    var flags: Int32 = isSet ? 0x20 : 0
    return unsafe ioctl(file.rawValue, 0x4008_6602, &flags) == 0
  }

  @Test("A spool whose disk is full goes on when there is room, with nothing lost or doubled")
  func heals() throws {
    let disk = try SmallDisk.mounted()
    let spool = try TestSpool(root: disk.root)
    let line = String(repeating: "a", count: 999)
    try spool.write(String(repeating: line + "\n", count: 300), to: "inbox/a.txt")
    try spool.write("", to: "ballast")
    try disk.fill("ballast", leaving: 400 << 10)
    let (log, ballast) = (spool.log, disk.root.appending("ballast").string)
    DispatchQueue.global().async {
      while log.count(of: "held up") == 0 { usleep(10_000) }
      try? FileManager.default.removeItem(atPath: ballast)
    }
    try spool.run(limit: ChunkLimit(lines: 10))
    #expect(spool.text(of: "out/a.txt.jsonl") == String(repeating: "label \(line)\n", count: 300))
    #expect(log.count(of: "held up") >= 1)
    #expect(log.count(of: "no longer held up") == log.count(of: "held up"))
    #expect(try spool.ledger().totals().positive == 300)
  }
}

/// A file system of a few MiB, for root alone.
private final class SmallDisk {
  static let size = 4 << 20
  let root: FilePath

  /// One, or the end of the test where none may be mounted.
  static func mounted() throws -> SmallDisk {
    guard let disk = try SmallDisk() else { try Test.cancel("only root may mount a small file system") }
    return disk
  }

  private init?() throws {
    var template = Array("\(NSTemporaryDirectory())animo-disk-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    root = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    guard unsafe mount("animo", root.string, "tmpfs", 0, "size=\(Self.size)") == 0 else {
      unsafe rmdir(root.string)
      return nil
    }
  }

  deinit {
    unsafe umount2(root.string, Int32(MNT_DETACH))
    unsafe rmdir(root.string)
  }

  /// Writes to `name` until only so many bytes are free.
  func fill(_ name: String, leaving free: Int) throws {
    var status = statvfs()
    guard unsafe statvfs(root.string, &status) == 0 else { throw Errno(rawValue: errno) }
    let count = Int(status.f_bavail) * Int(status.f_frsize) - free
    try Data(count: max(0, count)).write(to: URL(filePath: root.appending(name).string))
  }
}
