import Foundation
import SystemCalls
import SystemPackage
import Testing

@Suite("Files that replace others") struct ReplacementFileTests {
  @Test("A file and a link to one are replaced; a FIFO, a folder and a link to a device stay")
  func special() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "animo-replacing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    let path = { (name: String) in root.appending(path: name).path }
    let directory = try Directory(FilePath(root.path))
    #expect(unsafe mkfifo(path("fifo"), 0o600) == 0)
    #expect(unsafe mkdir(path("folder"), 0o700) == 0)
    for (name, target) in [("device", "/dev/null"), ("link", "file"), ("dangling", "nowhere")] {
      try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }
    for name in ["new", "file", "file", "link", "dangling"] {
      try directory.replace(FileName(name), with: Array("uno\n".utf8).span, mode: .ownerReadWrite)
      #expect(try String(contentsOfFile: path(name), encoding: .utf8) == "uno\n")
    }
    for name in ["fifo", "folder", "device"] {
      let before = try directory.status(of: FileName(name))
      let error = #expect(throws: SystemCallError.self) {
        try directory.replace(FileName(name), with: Array("uno\n".utf8).span, mode: .ownerReadWrite)
      }
      #expect(error?.description.contains("\(name), not a regular file") == true)
      #expect(try directory.status(of: FileName(name)) == before)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).count == 7)
  }
}
