import Foundation
import TestSupport
import Testing

/// README's map of the code and Package.swift say the same.
@Suite("The map of the code") struct ModuleMapTests {
  /// A row of the map: modules, and those that they use of the rows above.
  private struct Row {
    var modules: [String]
    /// Nil where it says "all".
    var uses: Set<String>?
  }

  @Test("Each module uses what its line says, which stands above it, and none is missing")
  func tellsTheTruth() async throws {
    let dependencies = try await Self.dependencies()
    let rows = try Self.rows()
    #expect(Set(rows.flatMap(\.modules)) == Set(dependencies.keys))
    var above: Set<String> = []
    for row in rows {
      let used = row.modules.reduce(into: Set<String>()) { $0.formUnion(dependencies[$1] ?? []) }
        .subtracting(row.modules)
      if let uses = row.uses {
        #expect(uses == used, "\(row.modules)")
      }
      #expect(used.isSubset(of: above), "\(row.modules) comes before what it uses")
      above.formUnion(row.modules)
    }
    #expect(rows.contains { $0.uses == nil && $0.modules.contains("animo") })
  }

  /// The modules under `Sources/`, and of each the modules there that it uses.
  private static func dependencies() async throws -> [String: Set<String>] {
    struct Package: Decodable {
      var targets: [Target]
    }
    struct Target: Decodable {
      var name: String
      var type: String
      var path: String?
      var dependencies: [Dependency]
    }
    struct Dependency: Decodable {
      /// The name, then a condition.
      var byName: [String?]?
      var target: [String?]?
    }
    let scratch = try TemporaryDirectory()
    // A scratch path of its own: the tests' own run keeps the usual one locked.
    let outcome = try await Program.shell(
      "swift package --scratch-path '\(scratch.path)' dump-package",
      in: Repository.tests.deletingLastPathComponent())
    try #require(outcome.status == 0, "\(outcome.errors)")
    let modules = try JSONDecoder().decode(Package.self, from: outcome.stdout).targets.filter {
      ["regular", "executable"].contains($0.type) && $0.path?.hasPrefix("Tests/") != true
    }
    let names = Set(modules.map(\.name))
    return Dictionary(
      uniqueKeysWithValues: modules.map { module in
        let used = module.dependencies.compactMap { ($0.byName ?? $0.target)?.first ?? nil }
        return (module.name, names.intersection(used))
      })
  }

  private static func rows() throws -> [Row] {
    let readme = try String(
      contentsOf: Repository.tests.deletingLastPathComponent().appending(path: "README.md"), encoding: .utf8)
    let map = try #require(readme.components(separatedBy: "\n## A map of the code\n").last)
    return map.split(separator: "\n").filter { $0.hasPrefix("| [") }.map { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let uses = cells.last ?? ""
      return Row(
        modules: cells[0].matches(of: /`(\w+)`/).map { String($0.1) },
        uses: uses == "all" ? nil : Set(uses.components(separatedBy: ", ")).subtracting(["–"]))
    }
  }
}
