import Foundation
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
}
