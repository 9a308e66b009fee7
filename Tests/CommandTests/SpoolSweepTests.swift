import Foundation
import TestSupport
import Testing

/// The daemon struck at its durable calls: the short form of `Tests/sweep-spool`.
@Suite struct SpoolSweepTests {
  @Test(
    "Killed, failing or without power at some of its durable calls, the daemon loses and doubles nothing",
    .enabled(if: isOptimised, "unoptimised the program takes ten times as long to start"))
  func sweep() async throws {
    let scratch = try TemporaryDirectory()
    let sweep = Repository.tests.appending(path: "sweep-spool").path
    let outcome = try await Program.shell("\(sweep) --short --animo $ANIMO --kept kept", in: scratch.url)
    // What came of it, and whatever was skipped, stands in the tests' own output.
    print(outcome.output, outcome.errors)
    #expect(outcome.status == 0)
  }
}
