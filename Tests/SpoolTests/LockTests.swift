import SystemCalls
import SystemPackage
import TestSupport
import Testing

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
}
