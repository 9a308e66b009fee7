import Daemon
import Foundation
import Logging
import Spool
import Synchronization
import Systemd
import TestSupport
import Testing

@Suite("Events") struct EventTests {
  private static let identities = DaemonEvent.allCases.map(\.rawValue) + SpoolEvent.allCases.map(\.rawValue)
  private static let texts =
    DaemonEvent.allCases.map(\.message.text) + SpoolEvent.allCases.map(\.message.text)

  @Test("No two events share an identity, which is 128 bits in hexadecimal, or a sentence")
  func distinct() {
    #expect(Set(Self.identities).count == Self.identities.count)
    #expect(Self.identities.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    #expect(Set(Self.texts).count == Self.texts.count)
  }

  @Test("systemd/animo.catalog explains each of them, and nothing else")
  func explained() throws {
    let root = Repository.tests.deletingLastPathComponent()
    let catalogue = try String(contentsOf: root.appending(path: "systemd/animo.catalog"), encoding: .utf8)
    let explained = catalogue.split(separator: "\n").filter { $0.hasPrefix("-- ") }.map { $0.dropFirst(3) }
    #expect(explained.map(String.init).sorted() == Self.identities.sorted())
  }

  @Test("An event is logged with its level, its sentence, its facts and its identity")
  func logged() {
    let log = OneEntry()
    Logger(label: "test") { _ in log }.tell(DaemonEvent.reloadRefused, ["detail": "why"])
    let entry = log.entry.value.withLock { $0 }
    #expect(entry?.level == .error)
    #expect(entry?.text == "reload rejected; keeping the previous configuration")
    #expect(entry?.facts == ["detail": "why", LogText.identityKey: "c2c2b0fc3de1495e9f4d1e890da4e962"])
  }
}

/// Keeps the last entry.
private struct OneEntry: LogHandler {
  final class Entry: Sendable {
    let value = Mutex<(level: Logger.Level, text: String, facts: Logger.Metadata?)?>(nil)
  }

  let entry = Entry()
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel = Logger.Level.trace

  func log(event: LogEvent) {
    entry.value.withLock { $0 = (event.level, event.message.description, event.metadata) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
}
