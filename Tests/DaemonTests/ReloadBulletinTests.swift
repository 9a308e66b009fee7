import Foundation
import Logging
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Daemon

@Suite("The bulletin of reloads") struct ReloadBulletinTests {
  @Test("What was written is read again")
  func written() throws {
    let scratch = try TemporaryDirectory()
    let folder = try Directory(FilePath(scratch.path))
    #expect(try ReloadBulletin.read(from: folder) == nil)
    let bulletin = ReloadBulletin(process: 7, serial: 3, state: .refused, message: "why")
    try bulletin.write(into: folder)
    #expect(try ReloadBulletin.read(from: folder) == bulletin)
  }

  @Test(
    "A file that is cut or damaged is as good as none",
    arguments: [
      "", "{", "[]", #"{"process":0,"serial":1,"message":"","state":"started"}"#,
      #"{"process":7,"serial":9223372036854775807,"message":"","state":"started"}"#,
      #"{"process":7,"serial":-1,"message":"","state":"started"}"#,
      #"{"process":7,"serial":1,"message":"","state":"star"}"#,
    ])
  func damaged(text: String) throws {
    let scratch = try TemporaryDirectory()
    try Data(text.utf8).write(to: URL(filePath: scratch.path("reload.json")))
    #expect(try ReloadBulletin.read(from: Directory(FilePath(scratch.path))) == nil)
  }

  @Test("What could not be written is written as soon as that is possible, and tells how it is then")
  func late() throws {
    let scratch = try TemporaryDirectory()
    let folder = try Directory(FilePath(scratch.path))
    // No file can take the place of a folder.
    #expect(try folder.makeDirectory("reload.json", mode: .ownerReadWriteExecute))
    let log = Logger(label: "reload") { _ in SwiftLogNoOpLogHandler() }
    let loop = ReloadLoop(publishingIn: folder, log: log) { AdoptedSettings(changes: [], later: []) }
    try folder.removeDirectory("reload.json")
    let (stop, hangups) = (try WakeUp(), try SignalDescriptor([]))
    // Looks whether it is to end only when it has tried again.
    stop.ring()
    loop.run(hangups, until: stop, onBegin: {}, onEnd: {})
    let bulletin = try ReloadBulletin.read(from: folder)
    #expect(bulletin?.serial == 1)
    #expect(bulletin?.state == .started)
  }
}
