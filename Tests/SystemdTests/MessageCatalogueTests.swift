import Foundation
import TestSupport
import Testing

@testable import Systemd

@Suite("Message identities") struct MessageCatalogueTests {
  private static let root = Repository.tests.deletingLastPathComponent()

  @Test("Every sentence that the daemon logs has an identity, and every identity a sentence")
  func complete() throws {
    #expect(try Self.loggedSentences() == Set(MessageCatalogue.identities.keys))
  }

  @Test("No two sentences share an identity, which is 128 bits in hexadecimal")
  func distinct() {
    let identities = MessageCatalogue.identities.values
    #expect(Set(identities).count == identities.count)
    #expect(identities.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }

  @Test("systemd/animo.catalog explains each of them, and nothing else")
  func explained() throws {
    let catalogue = try String(
      contentsOf: Self.root.appending(path: "systemd/animo.catalog"), encoding: .utf8)
    let explained = catalogue.split(separator: "\n").filter { $0.hasPrefix("-- ") }.map { $0.dropFirst(3) }
    #expect(explained.map(String.init).sorted() == MessageCatalogue.identities.values.sorted())
  }

  /// What stands as a literal where the daemon's modules log something.
  private static func loggedSentences() throws -> Set<String> {
    var sentences: Set<String> = []
    for folder in ["Sources/Spool", "Sources/animo/Daemon", "Sources/animo/Commands"] {
      let files = FileManager.default.enumerator(
        at: root.appending(path: folder), includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard file.pathExtension == "swift" else { continue }
        let source = try String(contentsOf: file, encoding: .utf8)
        for match in source.matches(of: /log\.(?:debug|info|notice|warning|error|critical)\(\s*"([^"]+)"/) {
          sentences.insert(String(match.1))
        }
      }
    }
    return sentences
  }
}
