import Foundation
import SystemCalls
import SystemPackage
import Testing

@testable import Spool

@Suite("Removing files at leisure")
struct RemovalTests {
  @Test("A file is gone when the call returns, a large one too", arguments: [0, 1, 100 << 20])
  func removes(size: Int) throws {
    let spool = try TestSpool()
    let work = try Directory(spool.root.appending("work"))
    try spool.write("", to: "work/part")
    #expect(unsafe truncate(spool.root.appending("work/part").string, size) == 0)
    try work.removeAtLeisure("part")
    #expect(try work.status(of: "part") == nil)
  }

  @Test("A file that is missing is an error")
  func missing() throws {
    let spool = try TestSpool()
    let work = try Directory(spool.root.appending("work"))
    let error = #expect(throws: SystemCallError.self) { try work.removeAtLeisure("part") }
    #expect(error?.reason == .noSuchFileOrDirectory)
  }
}
