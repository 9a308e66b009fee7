import SystemPackage
import TestSupport
import Testing

@testable import SystemCalls

@Suite("The lock on a folder") struct LockTests {
  @Test("It can be asked for without taking it, and ends with who has it")
  func asks() throws {
    let scratch = try TemporaryDirectory()
    let path = FilePath(scratch.path)
    let (watcher, other) = (try Directory(path), try Directory(path))
    try {
      let owner = try Directory(path)
      #expect(try !watcher.isLocked)
      #expect(try owner.lock())
      #expect(try watcher.isLocked)
      #expect(try !other.lock())
    }()
    #expect(try !watcher.isLocked)
    #expect(try other.lock())
  }

  @Test("Who has it is told apart from who has locked a file of the same inode on another device")
  func tellsDevicesApart() {
    let locks = """
      1: POSIX  ADVISORY  READ 11 fe:01:2 0 EOF
      2: FLOCK  ADVISORY  WRITE 12 fe:00:2 0 EOF
      3: FLOCK  ADVISORY  WRITE 13 103:12345:2 0 EOF
      3: -> FLOCK  ADVISORY  WRITE 14 103:12345:2 0 EOF
      4: FLOCK  ADVISORY  WRITE 15 00:1a:7 0 EOF

      """
    #expect(LockHolder.process(locking: 2, on: 0xFE00, in: locks) == 12)
    #expect(LockHolder.process(locking: 2, on: 0x1231_0345, in: locks) == 13)
    // A file system that has another device for stat(2).
    #expect(LockHolder.process(locking: 7, on: 0x1B, in: locks) == 15)
    #expect(LockHolder.process(locking: 2, on: 0x1B, in: locks) == nil)
    #expect(LockHolder.process(locking: 3, on: 0xFE00, in: locks) == nil)
  }
}
