import Daemon
import Foundation
import Glibc
import SystemCalls
import SystemPackage
import Testing

@testable import Spool

@Suite("The inbox") struct InboxTests {
  @Test(
    "Unfinished names are ignored",
    arguments: [
      ".a.jsonl", "a~", "a.tmp", "a.part", "a.partial", "a.filepart", "a.crdownload", "a.swp", "A.TMP",
    ])
  func ignoredNames(name: String) throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/" + name)
    try spool.run()
    #expect(try spool.names(in: "inbox") == [name])
    #expect(try spool.names(in: "out") == [])
  }

  @Test("FIFOs, links and directories stay where they are, are counted, and are told of once")
  func irregularFiles() throws {
    let spool = try TestSpool()
    let inbox = spool.root.appending("inbox")
    #expect(unsafe mkfifo(inbox.appending("fifo.txt").string, 0o600) == 0)
    #expect(unsafe symlink("/etc/hostname", inbox.appending("link.txt").string) == 0)
    #expect(unsafe mkdir(inbox.appending("folder.txt").string, 0o700) == 0)
    try spool.write("uno\n", to: "inbox/file.txt")
    let opened = try spool.run()
    #expect(try spool.names(in: "inbox") == ["fifo.txt", "folder.txt", "link.txt"])
    #expect(try spool.names(in: "out") == ["file.txt.jsonl"])
    #expect(opened.queue.leftAlone == 3)
    #expect(spool.log.count(of: "left in the inbox") == 3)
  }

  @Test("A name that is not UTF-8 keeps its bytes")
  func oddName() throws {
    let spool = try TestSpool()
    let name = try #require(FileName(bytes: Array("a".utf8) + [0xF1, 0x0A] + Array("b.txt".utf8)))
    let descriptor = try Directory(spool.root.appending("inbox")).create(name, mode: .ownerReadWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll("uno\n".utf8) }
    try spool.run()
    #expect(try spool.names(in: "out") == [#"a\xF1\x0Ab.txt.jsonl"#])
    #expect(try Directory(spool.root.appending("out")).status(of: name.appending(".jsonl")) != nil)
  }

  @Test("A name of the greatest length is cut in its middle and keeps its ending")
  func longName() throws {
    let spool = try TestSpool()
    let name = FileName(String(repeating: "ñ", count: 125) + ".txt")
    let descriptor = try Directory(spool.root.appending("inbox")).create(name, mode: .ownerReadWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll("uno\n!dos\n".utf8) }
    try spool.run()
    let outputs = try spool.names(in: "out")
    #expect(outputs.count == 1)
    #expect(outputs.first?.hasSuffix("ñ.txt.jsonl") == true)
    #expect(outputs.first?.contains("\\x") == false)
    #expect(try spool.names(in: "rejected").count == 1)
  }

  @Test("The oldest file is claimed first, files of one age by name")
  func order() throws {
    let spool = try TestSpool()
    for (name, age) in [("b.txt", 10.0), ("c.txt", 20), ("a.txt", 10)] {
      try spool.write("x\n", to: "inbox/" + name)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1e9 - age)],
        ofItemAtPath: spool.root.appending("inbox").appending(name).string)
    }
    try spool.run()
    #expect(try claimOrder(in: spool) == ["c.txt", "a.txt", "b.txt"])
  }

  @Test("With room for few names the oldest still come first, and all come in the end")
  func boundedMemory() throws {
    let spool = try TestSpool()
    spool.options.namesInMemory = 4
    for number in 0..<30 {
      try spool.write("x\n", to: "inbox/\(10 + number).txt")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1e9 - Double(number))],
        ofItemAtPath: spool.root.appending("inbox/\(10 + number).txt").string)
    }
    try spool.run()
    #expect(try claimOrder(in: spool) == (0..<30).reversed().map { "\(10 + $0).txt" })
  }

  @Test("A listing keeps the oldest and counts the rest")
  func listing() throws {
    let spool = try TestSpool()
    for number in 0..<100 { try spool.write("", to: "inbox/\(number)") }
    let listing = try InboxListing(of: Directory(spool.root.appending("inbox")), keeping: 7)
    #expect(listing.files == 100)
    #expect(listing.oldest.count == 7)
    #expect(listing.oldest == listing.oldest.sorted())
  }

  @Test("The inbox may go and come back")
  func goneInbox() throws {
    let spool = try TestSpool()
    spool.options.endsWhenEmpty = false
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    try FileManager.default.removeItem(atPath: spool.root.appending("inbox").string)
    while spool.log.count(of: "the inbox is missing or not readable") == 0 {
      _ = try spool.step(&source, &sink)
    }
    try FileManager.default.createDirectory(
      atPath: spool.root.appending("inbox").string, withIntermediateDirectories: false)
    try spool.write("uno\n", to: "inbox/a.txt")
    while try spool.names(in: "out").isEmpty { _ = try spool.step(&source, &sink) }
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
    #expect(spool.log.count(of: "the inbox is missing or not readable") == 1)
  }

  /// The names of finished inputs in the order of their claims.
  private func claimOrder(in spool: TestSpool) throws -> [String] {
    var names: [FileName] = []
    var entries = try Directory(spool.root.appending("done")).entries()
    while let entry = try entries.next() { names.append(entry.name) }
    return names.sorted().map { String($0.description.dropFirst(23)) }
  }
}
