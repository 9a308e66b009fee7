import Foundation
import SystemCalls
import SystemPackage
import Testing

@testable import Spool

@Suite("Where nothing is heard of the inbox") struct HearingTests {
  @Test("Network file systems and FUSE are known by their numbers, local ones are not among them")
  func fileSystems() {
    #expect(FileSystem(magic: 0x6969).remoteName == "nfs")
    #expect(FileSystem(magic: 0xFE53_4D42).remoteName == "smb2")
    #expect(FileSystem(magic: 0x6573_5546).remoteName == "fuse")
    // ext4, tmpfs, overlay, xfs, btrfs
    for magic: UInt32 in [0xEF53, 0x0102_1994, 0x794C_7630, 0x5846_5342, 0x9123_683E] {
      #expect(!FileSystem(magic: magic).isRemote)
    }
  }

  @Test("Every directory tells what it is on")
  func ownFileSystem() throws {
    let spool = try TestSpool()
    _ = try Directory(spool.root).fileSystem()
    #expect(try !Directory("/proc").fileSystem().isRemote)
  }

  @Test("There files are looked for every second, and have to rest for 5 seconds")
  func pace() {
    var pace = InboxPace(options: SpoolOptions())
    #expect(pace.settleTime == .milliseconds(500))
    #expect(pace.lookInterval == .seconds(5))
    pace.fileSystem = FileSystem(magic: 0x6969)
    #expect(pace.settleTime == .seconds(5))
    #expect(pace.lookInterval == .seconds(1))
  }

  @Test("Without inotify files are looked for every second, and rest no longer")
  func paceWithoutInotify() {
    let pace = InboxPace(options: SpoolOptions(), isHearing: false)
    #expect(pace.settleTime == .milliseconds(500))
    #expect(pace.lookInterval == .seconds(1))
  }

  @Test("That nothing can be heard is told once, and once that it can again")
  func limits() throws {
    let spool = try TestSpool()
    let limit = Limit()
    var watch = InboxWatch(log: spool.log.logger) { () throws(SystemCallError) in
      if limit.isReached { throw SystemCallError("inotify_init1", on: "inotify", .tooManyOpenFiles) }
      return try Inotify()
    }
    limit.isReached = true
    for _ in 0..<3 { watch.arm(spool.root.appending("inbox")) }
    #expect(!watch.isHearing)
    #expect(watch.descriptor == nil)
    #expect(spool.log.count(of: "cannot watch the inbox for new files") == 1)
    limit.isReached = false
    for _ in 0..<3 { watch.arm(spool.root.appending("inbox")) }
    #expect(watch.isHearing)
    #expect(spool.log.count(of: "watching the inbox for new files again") == 1)
    try spool.write("", to: "inbox/a.txt")
    #expect(try watch.listen().isNews)
  }

  @Test("Unfinished files are no reason to look into the inbox")
  func ignoredNames() throws {
    let spool = try TestSpool()
    var watch = InboxWatch(log: spool.log.logger)
    watch.arm(spool.root.appending("inbox"))
    try spool.write("", to: "inbox/.a.tmp")
    #expect(try !watch.listen().isNews)
  }

  @Test("An inbox that is missing is not a failure of hearing")
  func missing() throws {
    let spool = try TestSpool()
    var watch = InboxWatch(log: spool.log.logger)
    watch.arm(spool.root.appending("nowhere"))
    #expect(watch.isHearing)
    #expect(spool.log.count(of: "cannot hear") == 0)
  }

  @Test("What was told once is not told again until it was gone; beyond a thousand things are only counted")
  func namesTold() {
    var told = NamesTold()
    #expect(told.news(in: ["a", "b"]) == ["a", "b"])
    #expect(told.news(in: ["b", "c"]) == ["c"])
    #expect(told.news(in: ["a"]) == ["a"])
    #expect(
      [10, 1024, 1025, 5000, 3, 2000].map { told.isFirstOverflow(of: $0) } == [
        false, false, true, false, false, true,
      ])
  }

  /// A limit that comes and goes.
  private final class Limit {
    var isReached = false
  }
}
