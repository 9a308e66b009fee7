import Foundation
import TestSupport
import Testing

/// One folder under `Tests/CommandCases`: `arguments` (one a line), `stdin`, and what is expected: `stdout`, `stderr`,
/// `status`. Other files are there for the program to read.
struct CommandCase: CustomTestStringConvertible {
  static let folder = Repository.tests.appending(path: "CommandCases")
  static let all: [CommandCase] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted().map {
      CommandCase(name: $0)
    }

  let name: String
  var testDescription: String { name }

  private func file(_ part: String) -> URL {
    Self.folder.appending(path: name).appending(path: part)
  }

  /// Runs the program in a fresh copy of the folder.
  func run() async throws -> Program.Outcome {
    let scratch = try TemporaryDirectory()
    let copy = scratch.url.appending(path: "case")
    try FileManager.default.copyItem(at: Self.folder.appending(path: name), to: copy)
    // `$GOLDEN` is the folder of the golden models.
    let arguments = try String(contentsOf: file("arguments"), encoding: .utf8).split(separator: "\n").map {
      String($0).replacing("$GOLDEN", with: Repository.golden.path)
    }
    let input = (try? Data(contentsOf: file("stdin"))) ?? Data()
    return try await Program.run(arguments, input: input, in: copy)
  }

  /// What is expected; a missing file stands for nothing, a missing status for 0.
  func expected() throws -> Program.Outcome {
    let status = (try? String(contentsOf: file("status"), encoding: .utf8)) ?? "0"
    return Program.Outcome(
      stdout: (try? Data(contentsOf: file("stdout"))) ?? Data(),
      stderr: (try? Data(contentsOf: file("stderr"))) ?? Data(),
      status: Int32(status.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0)
  }

  /// Makes what came out what is expected from now on.
  func rewrite(_ outcome: Program.Outcome) throws {
    try outcome.stdout.write(to: file("stdout"))
    try outcome.stderr.write(to: file("stderr"))
    try Data("\(outcome.status)\n".utf8).write(to: file("status"))
  }
}

@Suite struct CommandCaseTests {
  /// Set to rewrite the expectations; such a run fails, so that no machine can bless its own output.
  static let isRewriting = ProcessInfo.processInfo.environment["ANIMO_REWRITE_CASES"] != nil

  @Test("The program answers each case exactly", arguments: CommandCase.all)
  func answersExactly(_ commandCase: CommandCase) async throws {
    let outcome = try await commandCase.run()
    if Self.isRewriting {
      try commandCase.rewrite(outcome)
      Issue.record("rewritten: look at the difference, then run again without ANIMO_REWRITE_CASES")
      return
    }
    let expected = try commandCase.expected()
    #expect(outcome.output == expected.output)
    #expect(outcome.errors == expected.errors)
    #expect(outcome.status == expected.status)
  }

  @Test("There are cases")
  func thereAreCases() {
    #expect(CommandCase.all.count > 10)
  }
}
